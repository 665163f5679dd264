/** Holds records that do not add up, lack a field, or name something the target does not know. */
import { z } from 'zod';
import { valueAt } from '../model/business-key.ts';
import { add, compare, type Decimal, format, negate, subtract, tryParse, zero } from '../model/decimal.ts';
import { AppError, toAppError } from '../model/error.ts';
import { type Fields, findField, type RecordSchema, type Value, type WireRecord } from '../model/record.ts';
import { refused } from './batch.ts';
import {
  checkKnown,
  compileKnown,
  inside,
  knownField,
  knownRule,
  linesOf,
  type ReadyRule,
  type Rule,
} from './check-known.ts';
import { blocking, checkedConfig, type NodeProblem, readConfig } from './config.ts';
import { checkCell, checkCondition, keyText, NodeFormulas } from './formulas.ts';
import type { BatchResult, CheckContext, NodeContext, NodeKind, Settlement } from './node.ts';
import { reasonGroupField, reasonGroupNames, reasonGroups } from './reason.ts';

const configSchema = z.looseObject({
  sums: z
    .array(
      z.looseObject({
        lines: z.string().min(1),
        amount: z.string().min(1),
        header: z.string().min(1),
        tolerance: z.string().default('0'),
      }),
    )
    .default([]),
  required: z.array(z.string()).default([]),
  known: z.array(knownRule).default([]),
  conditions: z
    .array(
      z.looseObject({
        when: z.string().min(1),
        message: z.string().min(1),
        group: z.enum(reasonGroupNames).default('data'),
      }),
    )
    .default([]),
});
type Config = z.infer<typeof configSchema>;

/** Every rule is optional; a record is held with the first rule it breaks. */
export const check: NodeKind = {
  kind: 'check',
  title: 'Check',
  summary: 'Holds records that break a rule',
  icon: 'shield-check',
  category: 'decide',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'In order' },
    { id: 'held', label: 'Held', exception: true },
  ],
  fields: [
    {
      name: 'sums',
      label: 'Lines sum to header',
      kind: 'list',
      help: 'The sum of a line amount must equal an amount of the header.',
      of: [
        { name: 'lines', label: 'Lines', kind: 'field', required: true, help: 'The list.' },
        { name: 'amount', label: 'Line amount', kind: 'formula', required: true, help: 'Evaluated for every line.' },
        {
          name: 'header',
          label: 'Header amount',
          kind: 'formula',
          required: true,
          help: 'What the lines must sum to.',
        },
        {
          name: 'tolerance',
          label: 'Tolerance',
          kind: 'amount',
          default: '0',
          help: 'Largest difference that passes.',
        },
      ],
    },
    { name: 'required', label: 'Required fields', kind: 'names', help: 'Fields that must not be blank.' },
    knownField,
    {
      name: 'conditions',
      label: 'Conditions',
      kind: 'list',
      help: 'Must be true for every record.',
      of: [
        { name: 'when', label: 'Must be true', kind: 'formula', required: true, help: 'The rule.' },
        {
          name: 'message',
          label: 'Otherwise say',
          kind: 'formula',
          required: true,
          help: 'Why the record is held: a text, or a formula such as ="No vendor for " & [name].',
        },
        reasonGroupField,
      ],
    },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    const found = config === undefined ? problems : checkRules(config, item, context);
    return { outputs: { out: item, held: item }, problems: found };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const rules = compileRules(config, inputs.in ?? { fields: [] }, context);
    return {
      async push(batch): Promise<BatchResult> {
        const ready: ReadyRule[] = [];
        for (const rule of rules) ready.push(await rule.prepare());
        const out: WireRecord[] = [];
        const settled: Settlement[] = [];
        for (const record of batch) {
          try {
            for (const broken of ready) broken(record);
            out.push(record);
          } catch (thrown) {
            settled.push(refused(record, toAppError(thrown, 'checking records')));
          }
        }
        return { out: { out }, settled };
      },
    };
  },
};

function checkRules(config: Config, item: RecordSchema, context: CheckContext): NodeProblem[] {
  const problems: NodeProblem[] = [];
  const amount = (text: string, field: string, place: ReturnType<typeof inside>): void => {
    const cell = checkCell(text, field, place, context);
    problems.push(...cell.problems);
    const usable = cell.schema.type === 'decimal' || cell.schema.type === 'integer';
    if (cell.problems.length === 0 && !usable)
      problems.push(
        blocking('formula.type', field, 'The amount is not a number.', 'Choose a field that is an amount.'),
      );
  };
  config.sums.forEach((sum, index) => {
    if (findField(item, sum.lines)?.type !== 'list')
      problems.push(
        blocking(
          'flow.unknownField',
          `sums.${index}.lines`,
          `The records have no lines “${sum.lines}”.`,
          'Choose a list.',
        ),
      );
    else amount(sum.amount, `sums.${index}.amount`, inside(item, sum.lines));
    amount(sum.header, `sums.${index}.header`, { item });
    if (tryParse(sum.tolerance) === undefined)
      problems.push(
        blocking(
          'money.notANumber',
          `sums.${index}.tolerance`,
          `The tolerance “${sum.tolerance}” is not a number.`,
          'Write a number such as 0.01.',
        ),
      );
  });
  config.required.forEach((path, index) => {
    if (findField(item, path) === undefined)
      problems.push(
        blocking('flow.unknownField', `required.${index}`, `The records have no field “${path}”.`, 'Choose a field.'),
      );
  });
  config.known.forEach((known, index) => {
    problems.push(...checkKnown(known, `known.${index}`, item, context));
  });
  config.conditions.forEach((condition, index) => {
    problems.push(...checkCondition(condition.when, `conditions.${index}.when`, { item }, context));
    problems.push(...checkCell(condition.message, `conditions.${index}.message`, { item }, context).problems);
  });
  return problems;
}

function compileRules(config: Config, item: RecordSchema, context: NodeContext): Rule[] {
  const formulas = new NodeFormulas(context);
  const always = (rule: ReadyRule): Rule => ({ prepare: () => rule });
  const required = config.required.map((path) => {
    const label = findField(item, path)?.label ?? path;
    return always((record) => requireField(record.value, path, label));
  });
  const sums = config.sums.map((sum) => {
    const amount = formulas.cell(sum.amount, 'The line amount', inside(item, sum.lines));
    const header = formulas.cell(sum.header, 'The header amount', { item });
    const tolerance = tryParse(sum.tolerance) ?? zero;
    return always((record) => requireSum(record.value, sum.lines, amount, header, tolerance));
  });
  const conditions = config.conditions.map((condition) => {
    const holds = formulas.condition(condition.when, 'A condition', { item });
    const message = formulas.cell(condition.message, 'The message', { item });
    return always((record) => {
      if (!holds(record.value, record.value))
        throw new AppError(reasonGroups[condition.group], keyText(message(record.value, record.value)));
    });
  });
  const known = config.known.map((rule) => compileKnown(rule, item, formulas, context));
  return [...required, ...sums, ...conditions, ...known];
}

function requireField(value: Fields, path: string, label: string): void {
  const found = valueAt(value, path);
  if (found === undefined || found === null || found === '')
    throw new AppError('check.requiredField', `“${label}” is blank.`, { fields: { [path]: 'is blank' } });
}

function requireSum(
  value: Fields,
  list: string,
  amount: (item: Fields, root: Fields) => Value,
  header: (item: Fields, root: Fields) => Value,
  tolerance: Decimal,
): void {
  const expected = decimalOf(header(value, value), 'The header amount');
  let total: Decimal = zero;
  for (const line of linesOf(value, list)) total = add(total, decimalOf(amount(line, value), 'A line amount'));
  const difference = subtract(total, expected);
  const size = difference.units < 0 ? negate(difference) : difference;
  if (compare(size, tolerance) <= 0) return;
  throw new AppError(
    'check.linesDontSum',
    `The lines sum to ${format(total)}, the header says ${format(expected)}: the difference is ${format(difference)}.`,
  );
}

/** Blank counts as zero. @throws AppError data.badAmount */
function decimalOf(value: Value, what: string): Decimal {
  if (value === null || value === '') return zero;
  const parsed = typeof value === 'string' ? tryParse(value) : undefined;
  if (parsed === undefined)
    throw new AppError('data.badAmount', `${what} is “${keyText(value).slice(0, 60)}”, which is not a number.`);
  return parsed;
}
