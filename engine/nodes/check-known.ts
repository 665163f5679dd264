/** The rule of the check node that a value, or a value within another, exists in a resource of a connected system. */
import { z } from 'zod';
import { valueAt } from '../model/business-key.ts';
import { AppError } from '../model/error.ts';
import { type Fields, findField, type RecordSchema, type WireRecord } from '../model/record.ts';
import { blocking, type NodeProblem } from './config.ts';
import { checkCell, checkCondition, keyText, type NodeFormulas } from './formulas.ts';
import type { CheckContext, NodeContext, NodeField } from './node.ts';

/** The setup of one rule. */
export const knownRule = z.looseObject({
  what: z.string().default('Vendor'),
  reason: z.enum(['vendor', 'period', 'data']).default('vendor'),
  value: z.string().min(1),
  slot: z.string().min(1),
  resource: z.string().min(1),
  field: z.string().min(1),
  within: z.string().optional(),
  withinField: z.string().optional(),
  over: z.string().optional(),
  when: z.string().optional(),
  where: z.string().optional(),
});
type KnownRule = z.infer<typeof knownRule>;

/** The form of the rules. */
export const knownField: NodeField = {
  name: 'known',
  label: 'Known in a system',
  kind: 'list',
  help: 'A value must exist in a resource of a connected system, such as the vendor in the ERP.',
  of: [
    { name: 'what', label: 'What it is', kind: 'text', default: 'Vendor', help: 'Word for messages.' },
    {
      name: 'reason',
      label: 'Held as',
      kind: 'choice',
      default: 'vendor',
      help: 'How run history groups the records that are held.',
      choices: [
        { value: 'vendor', label: 'Vendor unknown' },
        { value: 'period', label: 'Period not open' },
        { value: 'data', label: 'Value unknown' },
      ],
    },
    { name: 'over', label: 'Lines', kind: 'field', help: 'Check every line of this list; empty: the record.' },
    {
      name: 'when',
      label: 'Only where',
      kind: 'formula',
      help: 'Lines or records for which this is true, such as =[amount] <> 0. Empty: all.',
    },
    { name: 'value', label: 'Value', kind: 'formula', required: true, help: 'What must be known.' },
    { name: 'slot', label: 'System', kind: 'slot', required: true, help: 'Where to look.' },
    { name: 'resource', label: 'Resource', kind: 'resource', required: true, help: 'What to look in.' },
    {
      name: 'field',
      label: 'Field',
      kind: 'field',
      required: true,
      help: 'Which of its fields must have the value.',
    },
    {
      name: 'within',
      label: 'Within',
      kind: 'formula',
      help: 'What the value belongs to, where it is known only together with that, such as the project of a task.',
    },
    {
      name: 'withinField',
      label: 'Field of that',
      kind: 'field',
      help: 'Which field of the same record must have it.',
    },
    {
      name: 'where',
      label: 'Only those where',
      kind: 'formula',
      help: 'Which of its records count, such as active ones.',
    },
  ],
};

/** A rule at work: throws where a record breaks it. */
export type ReadyRule = (record: WireRecord) => void;
/** A rule that may have to read something before it can judge. */
export interface Rule {
  prepare: () => ReadyRule | Promise<ReadyRule>;
}

/** Where formulas stand: in the record, or in the lines of a list of it. */
export const inside = (item: RecordSchema, over: string | undefined) =>
  over === undefined || over === '' ? { item } : { item: { fields: findField(item, over)?.fields ?? [] }, root: item };

/** The records of a list; none where there is no list. */
export function linesOf(value: Fields, path: string): Fields[] {
  const list = valueAt(value, path);
  if (!Array.isArray(list)) return [];
  return list.filter((line): line is Fields => line !== null && typeof line === 'object' && !Array.isArray(line));
}

const given = (text: string | undefined): text is string => text !== undefined && text !== '';

/** What is wrong with a rule. `at` is its place in the setup, such as `known.0`. */
export function checkKnown(rule: KnownRule, at: string, item: RecordSchema, context: CheckContext): NodeProblem[] {
  const place = inside(item, rule.over);
  const problems = [...checkCell(rule.value, `${at}.value`, place, context).problems];
  if (given(rule.within)) problems.push(...checkCell(rule.within, `${at}.within`, place, context).problems);
  if (given(rule.within) !== given(rule.withinField))
    problems.push(
      blocking(
        'flow.missingConfig',
        given(rule.within) ? `${at}.withinField` : `${at}.within`,
        'A value within another needs both the other value and its field.',
        'Fill in both, or leave both empty.',
      ),
    );
  if (given(rule.when)) problems.push(...checkCondition(rule.when, `${at}.when`, place, context));
  const resource = context.resource(rule.slot, rule.resource);
  if (resource?.abilities.read !== true) {
    const message = `“${rule.resource}” cannot be read in slot “${rule.slot}”.`;
    return [
      ...problems,
      blocking('flow.unknownResource', `${at}.resource`, message, 'Choose a resource that can be read.'),
    ];
  }
  for (const name of ['field', 'withinField'] as const) {
    const path = rule[name];
    if (!given(path) || findField(resource, path) !== undefined) continue;
    const message = `“${resource.title}” has no field “${path}”.`;
    problems.push(blocking('flow.unknownField', `${at}.${name}`, message, 'Choose one of its fields.'));
  }
  if (given(rule.where))
    problems.push(...checkCondition(rule.where, `${at}.where`, { item: { fields: resource.fields } }, context));
  return problems;
}

/** The rule at work. What the system knows is read once a run. */
export function compileKnown(rule: KnownRule, item: RecordSchema, formulas: NodeFormulas, context: NodeContext): Rule {
  const place = inside(item, rule.over);
  const value = formulas.cell(rule.value, rule.what, place);
  const outer = given(rule.within) ? formulas.cell(rule.within, rule.what, place) : undefined;
  const system = context.connector(rule.slot)?.title ?? rule.slot;
  const concerns = given(rule.when) ? formulas.condition(rule.when, `The condition of ${rule.what}`, place) : undefined;
  const requireKnown = (codes: ReadonlySet<string>, fields: Fields, root: Fields): void => {
    if (concerns?.(fields, root) === false) return;
    const code = keyText(value(fields, root));
    const within = outer === undefined ? undefined : keyText(outer(fields, root));
    if (!codes.has(knownKey(within === undefined ? [code] : [within, code])))
      throw unknownError(rule, system, code, within);
  };
  const counts = given(rule.where)
    ? formulas.condition(rule.where, `The condition on ${rule.resource}`, {
        item: { fields: context.resource(rule.slot, rule.resource)?.fields ?? [] },
      })
    : undefined;
  const only =
    counts === undefined ? undefined : { id: rule.where ?? '', passes: (fields: Fields) => counts(fields, fields) };
  const paths = given(rule.withinField) ? [rule.withinField, rule.field] : [rule.field];
  return {
    prepare: async () => {
      const codes = await context.known(rule.slot, rule.resource, paths, only);
      return (record) => {
        if (!given(rule.over)) requireKnown(codes, record.value, record.value);
        else for (const line of linesOf(record.value, rule.over)) requireKnown(codes, line, record.value);
      };
    },
  };
}

/** Values of one record that are known together, as one text. */
export const knownKey = (values: readonly string[]): string => values.join('\u0000');

const unknownCodes = {
  vendor: 'check.unknownVendor',
  period: 'check.closedPeriod',
  data: 'check.unknownValue',
} as const;

function unknownError(rule: KnownRule, system: string, code: string, within: string | undefined): AppError {
  const named = `${rule.what} “${code}”${within === undefined ? '' : ` of “${within}”`}`;
  const text =
    rule.reason === 'period'
      ? `${rule.what} ${code} is not open in ${system}.`
      : code === ''
        ? `${rule.what} has no number in ${system}.`
        : `${named} does not exist or is not active in ${system}.`;
  const fields = { [rule.field]: code, ...(within === undefined ? {} : { [rule.withinField ?? '']: within }) };
  return new AppError(unknownCodes[rule.reason], text, { fields });
}
