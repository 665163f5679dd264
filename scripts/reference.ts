/** The reference page of the formula language, made from the declarations of the functions. */
import { categories, type FunctionDeclaration, signatureOf } from '../engine/formula/functions/declare.ts';
import { allFunctions } from '../engine/formula/functions/index.ts';
import { maxDepth, maxDigits, maxFormulaLength, maxListLength, maxTextLength } from '../engine/formula/limits.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const introduction = `# Formulas

<!-- Made by \`npm run docs\` from the declarations of the functions: change those, not this page. -->

A cell that begins with \`=\` is a formula; any other cell is text. Formulas are written as in Excel, work on records instead of
cells, and are checked while you type.

\`\`\`
=ROUND([qty] * [price], 2)
=IF([net] < 0, "credit", "bill") & " " & [/invoice_number]
=SUM(FILTER([items.amount], [items.cost_type] = "L"))
\`\`\`

## Writing

| Part | How it is written |
|---|---|
| Field | \`[cost_code.full_code]\`; inside a list, the element's fields come first, then those of the whole record |
| Field of the whole record | \`[/invoice_number]\` |
| All values of a list | \`[items.amount]\`: operators and functions work through them element by element |
| Text | \`"text"\`; a quotation mark inside is doubled |
| Number | \`12.5\`, \`1e3\`, \`5%\` |
| Date | \`#2026-01-31#\` |
| TRUE and FALSE | \`TRUE\`, \`FALSE\` |
| List | \`{1, 2, 3}\` |
| Parameter of the flow | its name: \`cutoff\` |
| Comment | \`/* between */\`, or \`// to the end of the line\` |
| Argument separator | \`,\` or \`;\` |
| Text that begins with = | an apostrophe in front, as in Excel: \`'=A1\` |

Operators, from the closest binding: \`-x\`, \`x%\`, \`^\`, \`* /\`, \`+ -\`, \`&\`, \`= <> < <= > >=\`. Texts are compared without
case. A date plus or minus a number counts days; a date minus a date gives days.

## Types

text · whole number · number · TRUE/FALSE · date · moment (date and time) · list · record · blank.
Text never becomes a number by itself: \`VALUE\` and \`NUMBERVALUE\` do that, \`DATEVALUE\` makes dates. Numbers, dates and TRUE/FALSE
become text where text is asked (shortest form of the number, ISO date). TRUE counts as 1 and FALSE as 0 beside arithmetic operators.

## Blank

A field that is absent or null is blank; so is empty text in a field that holds numbers, dates or TRUE/FALSE. Empty text in a text
field is text.

| Where | A blank counts as |
|---|---|
| \`+ - * / ^ %\` and number arguments | 0 |
| \`&\` and text arguments | empty text |
| \`= <> < <= > >=\` | 0 beside a number, empty text beside text, FALSE beside TRUE/FALSE; before every date |
| Conditions | FALSE |
| Date and moment arguments | an error, \`#VALUE!\` |
| Lists given to sums and statistics | nothing: left out |
| A list that is blank | an empty list |

## Errors

An error is a value: \`#DIV/0!\`, \`#N/A\` (not found), \`#NAME?\`, \`#NULL!\`, \`#NUM!\`, \`#REF!\`, \`#VALUE!\`. It travels through the formula until \`IFERROR\` or
\`IFNA\` handles it. One that reaches a field holds the record, with the formula, the field and the input that caused it.

## Limits

A formula has at most ${maxFormulaLength} characters and ${maxDepth} levels; texts that functions make have at most ${maxTextLength} characters, lists
${maxListLength} elements, numbers ${maxDigits} digits. A formula sees nothing but its record, the parameters, the mapping tables and the date of the run.
`;

const generalDepartures: readonly (readonly [string, string])[] = [
  [
    'Numbers',
    'Exact decimals: `0.1+0.2=0.3` is TRUE. Division keeps at least 20 significant digits, so `1/3*3` is not quite 1: round at the end.',
  ],
  ['Text and numbers', 'Text that looks like a number is not one: `"5"+1` is refused while typing.'],
  [
    'Dates',
    'Dates are dates, not day numbers: `#2026-01-31#+1` is a date, only whole days can be added, `&` gives `2026-01-31`, and TEXT does not read a number as a date. 29 February 1900 does not exist.',
  ],
  [
    'Moments',
    'A moment (with time) is not a date: `DATEVALUE` takes its UTC date. It is never turned into a date by itself.',
  ],
  ['0^0', '`#NUM!`, as in Excel; other programs give 1.'],
  ['Comparing types', 'Values of different types are never larger or smaller than each other: refused, or `#VALUE!`.'],
  ['Cells', 'There are no cell references, ranges, volatile functions or random numbers.'],
];

function functionSection(declaration: FunctionDeclaration): string {
  const lines = [
    `### ${declaration.name}`,
    '',
    `\`${signatureOf(declaration)}\`${declaration.own ? ' (not in Excel)' : ''}`,
    '',
    declaration.summary,
    '',
  ];
  for (const parameter of [...declaration.parameters, ...declaration.rest])
    lines.push(`- \`${parameter.name}\`${parameter.optional ? ' (may be left out)' : ''}: ${parameter.doc}`);
  if (declaration.blank !== undefined) lines.push('', `Blank: ${declaration.blank}`);
  if (declaration.departure !== undefined) lines.push('', `Unlike Excel: ${declaration.departure}`);
  lines.push('');
  for (const example of declaration.examples) {
    const record = example.record === undefined ? '' : ` for \`${JSON.stringify(example.record)}\``;
    lines.push(`- \`${example.formula}\`${record} → ${example.result === '' ? 'blank' : `\`${example.result}\``}`);
  }
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

/** The whole page. */
export function referencePage(): string {
  const departures = [
    ...generalDepartures,
    ...allFunctions.flatMap((one) => (one.departure === undefined ? [] : [[one.name, one.departure] as const])),
  ];
  const parts = [
    introduction,
    '## Where formulas depart from Excel on purpose\n',
    '| What | How and why |\n|---|---|',
    `${departures.map(([what, how]) => `| ${cell(what)} | ${cell(how)} |`).join('\n')}\n`,
    `## The ${allFunctions.length} functions\n`,
  ];
  const byCategory = Object.entries(categories).map(([category, title]) => ({
    title,
    functions: allFunctions.filter((one) => one.category === category).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
  for (const { title, functions } of byCategory)
    parts.push(
      `${title}: ${functions.map((one) => `[${one.name}](#${one.name.toLowerCase().replaceAll('.', '')})`).join(' · ')}\n`,
    );
  for (const { title, functions } of byCategory)
    parts.push(`\n## ${title}\n\n${functions.map(functionSection).join('\n\n')}`);
  return `${parts.join('\n').trimEnd()}\n`;
}
