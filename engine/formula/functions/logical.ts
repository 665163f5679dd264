/** Logic. */
import { equal } from '../operators.ts';
import { blankType, booleanType, type FormulaType, uniteAll } from '../types.ts';
import { describeValue, FormulaError, fail, type Runtime } from '../value.ts';
import { type CallSite, define, needed, optional } from './declare.ts';

const typesAt = (site: CallSite, wanted: (index: number) => boolean): FormulaType =>
  uniteAll(site.args.filter((_, index) => wanted(index)).map((argument) => argument?.type ?? blankType));

/** A condition's value: blank is FALSE. */
function decide(value: Runtime): boolean | FormulaError {
  if (typeof value === 'boolean' || value instanceof FormulaError) return value;
  if (value === null) return false;
  return fail('#VALUE!', `A condition is TRUE or FALSE, not ${describeValue(value)}.`);
}

export const logicalFunctions = [
  define({
    name: 'IF',
    category: 'logical',
    summary: 'One value if a condition holds, another if not.',
    parameters: [
      needed('condition', 'lazy', 'What decides.', { needs: 'boolean' }),
      needed('then', 'lazy', 'The value if it holds.'),
      optional('otherwise', 'lazy', 'The value if not; FALSE if left out.'),
    ],
    result: (site) =>
      site.args.length < 3
        ? uniteAll([site.args[1]?.type ?? blankType, booleanType])
        : typesAt(site, (index) => index > 0),
    examples: [
      { formula: '=IF(2>1, "yes", "no")', result: 'yes' },
      { formula: '=IF([net]<0, "credit", "bill")', result: 'credit', record: { net: '-12.50' } },
    ],
    blank: 'A blank condition counts as FALSE.',
    departure: 'The condition must be TRUE or FALSE; a number is refused (write [x]<>0).',
    inline: ([condition, then, otherwise]) => {
      if (condition === undefined || then === undefined) return () => null;
      return (frame) => {
        const decision = decide(condition(frame));
        if (decision instanceof FormulaError) return decision;
        if (decision) return then(frame);
        return otherwise === undefined ? false : otherwise(frame);
      };
    },
    evaluate: (_frame, condition, then, otherwise) => {
      const decision = decide(condition());
      if (decision instanceof FormulaError) return decision;
      if (decision) return then();
      return otherwise === undefined ? false : otherwise();
    },
  }),
  define({
    name: 'IFS',
    category: 'logical',
    summary: 'The value behind the first condition that holds.',
    parameters: [],
    rest: [
      needed('condition', 'lazy', 'What decides.', { needs: 'boolean' }),
      needed('value', 'lazy', 'The value if it is the first that holds.'),
    ],
    result: (site) => typesAt(site, (index) => index % 2 === 1),
    examples: [
      { formula: '=IFS([net]<0, "credit", [net]=0, "none", TRUE, "bill")', result: 'none', record: { net: '0' } },
      { formula: '=IFS(FALSE, 1)', result: '#N/A' },
    ],
    evaluate: (_frame, rest) => {
      for (let index = 0; index + 1 < rest.length; index += 2) {
        const decision = decide(rest[index]?.() ?? null);
        if (decision instanceof FormulaError) return decision;
        if (decision) return rest[index + 1]?.() ?? null;
      }
      return fail('#N/A', 'No condition of IFS holds.');
    },
  }),
  define({
    name: 'SWITCH',
    category: 'logical',
    summary: 'The value paired with the first case that equals an expression; a last single value is the default.',
    parameters: [needed('expression', 'any', 'What is compared.')],
    rest: [
      needed('case', 'value', 'What it may equal, or the default if it is the last.', { keepsErrors: true }),
      { ...optional('result', 'value', 'The value for that case.'), keepsErrors: true },
    ],
    result: (site) => {
      const count = site.args.length - 1;
      return typesAt(site, (index) => index > 0 && (index % 2 === 0 || (count % 2 === 1 && index === count)));
    },
    examples: [
      { formula: '=SWITCH([type], "L", "Labor", "M", "Material", "Other")', result: 'Material', record: { type: 'M' } },
      { formula: '=SWITCH("x", "L", "Labor")', result: '#N/A' },
    ],
    evaluate: (_frame, expression, rest) => {
      let index = 0;
      for (; index + 1 < rest.length; index += 2) {
        const option = rest[index] ?? null;
        if (option instanceof FormulaError) return option;
        if (equal(expression, option)) return rest[index + 1] ?? null;
      }
      return index < rest.length ? (rest[index] ?? null) : fail('#N/A', 'No case of SWITCH fits.');
    },
  }),
  define({
    name: 'AND',
    category: 'logical',
    summary: 'Whether all conditions hold.',
    parameters: [],
    rest: [needed('condition', 'booleans', 'A condition, or a list of conditions.')],
    result: booleanType,
    examples: [
      { formula: '=AND([qty]>0, [price]>0)', result: 'FALSE', record: { qty: '2', price: '0' } },
      { formula: '=AND([items.amount]>0)', result: 'TRUE', record: { items: [{ amount: '1' }, { amount: '2' }] } },
    ],
    blank: 'Blank conditions are left out.',
    evaluate: (_frame, rest) => rest.every((list) => list.every(Boolean)),
  }),
  define({
    name: 'OR',
    category: 'logical',
    summary: 'Whether at least one condition holds.',
    parameters: [],
    rest: [needed('condition', 'booleans', 'A condition, or a list of conditions.')],
    result: booleanType,
    examples: [{ formula: '=OR(1>2, 2>1)', result: 'TRUE' }],
    blank: 'Blank conditions are left out.',
    evaluate: (_frame, rest) => rest.some((list) => list.some(Boolean)),
  }),
  define({
    name: 'XOR',
    category: 'logical',
    summary: 'Whether an odd number of conditions hold.',
    parameters: [],
    rest: [needed('condition', 'booleans', 'A condition, or a list of conditions.')],
    result: booleanType,
    examples: [{ formula: '=XOR(TRUE, TRUE, TRUE)', result: 'TRUE' }],
    blank: 'Blank conditions are left out.',
    evaluate: (_frame, rest) => rest.flat().filter(Boolean).length % 2 === 1,
  }),
  define({
    name: 'NOT',
    category: 'logical',
    summary: 'The opposite of a condition.',
    parameters: [needed('condition', 'boolean', 'A condition.')],
    result: booleanType,
    examples: [{ formula: '=NOT(1>2)', result: 'TRUE' }],
    evaluate: (_frame, condition) => !condition,
  }),
  define({
    name: 'IFERROR',
    category: 'logical',
    summary: 'A value, or another one in its place if it is an error.',
    parameters: [
      needed('value', 'any', 'What may be an error.', { keepsErrors: true }),
      needed('instead', 'any', 'What to use if it is.', { keepsErrors: true }),
    ],
    result: (site) => typesAt(site, () => true),
    examples: [{ formula: '=IFERROR([cost]/[hours], 0)', result: '0', record: { cost: '10', hours: '0' } }],
    evaluate: (_frame, value, instead) => (value instanceof FormulaError ? instead : value),
  }),
  define({
    name: 'IFNA',
    category: 'logical',
    summary: 'A value, or another one in its place if it is #N/A (not found).',
    parameters: [
      needed('value', 'any', 'What may be #N/A.', { keepsErrors: true }),
      needed('instead', 'any', 'What to use if it is.', { keepsErrors: true }),
    ],
    result: (site) => typesAt(site, () => true),
    examples: [{ formula: '=IFNA(SWITCH("x", "a", 1), 0)', result: '0' }],
    evaluate: (_frame, value, instead) => (value instanceof FormulaError && value.kind === '#N/A' ? instead : value),
  }),
  define({
    name: 'TRUE',
    category: 'logical',
    summary: 'The value TRUE.',
    parameters: [],
    result: booleanType,
    examples: [{ formula: '=TRUE()', result: 'TRUE' }],
    evaluate: () => true,
  }),
  define({
    name: 'FALSE',
    category: 'logical',
    summary: 'The value FALSE.',
    parameters: [],
    result: booleanType,
    examples: [{ formula: '=FALSE()', result: 'FALSE' }],
    evaluate: () => false,
  }),
  define({
    name: 'BLANK',
    category: 'logical',
    summary: 'A blank: the field stays empty.',
    parameters: [],
    result: blankType,
    own: true,
    examples: [{ formula: '=IF([memo]="", BLANK(), [memo])', result: '', record: { memo: '' } }],
    evaluate: () => null,
  }),
  define({
    name: 'COALESCE',
    category: 'logical',
    summary: 'The first value that is neither blank nor empty text.',
    parameters: [],
    rest: [needed('value', 'any', 'A value that may be blank.')],
    result: (site) => typesAt(site, () => true),
    own: true,
    examples: [{ formula: '=COALESCE([code], [name], "none")', result: 'Acme', record: { code: null, name: 'Acme' } }],
    evaluate: (_frame, rest) => rest.find((value) => value !== null && value !== '') ?? null,
  }),
];
