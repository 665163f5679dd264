/** Compares two streams by key and amount: what agrees, what differs, what only one side has. */
import { z } from 'zod';
import { add, compare, type Decimal, format, negate, subtract, tryParse, zero } from '../model/decimal.ts';
import { AppError } from '../model/error.ts';
import { shownAmount } from '../model/money.ts';
import type { FieldSchema, Fields, RecordSchema, Value, WireRecord } from '../model/record.ts';
import { eachRecord, lineage, refused } from './batch.ts';
import { blocking, checkedConfig, type NodeProblem, readConfig } from './config.ts';
import { checkCell, keyText, NodeFormulas } from './formulas.ts';
import type { BatchResult, NodeKind } from './node.ts';

const configSchema = z.looseObject({
  leftKey: z.string().min(1),
  rightKey: z.string().min(1),
  leftAmount: z.string().min(1),
  rightAmount: z.string().min(1),
  leftName: z.string().default('Left'),
  rightName: z.string().default('Right'),
  tolerance: z.string().default('0'),
});
type Config = z.infer<typeof configSchema>;

interface Side {
  records: WireRecord[];
  total: Decimal;
}
interface Pair {
  left: Side;
  right: Side;
}

const money = (name: string, label: string): FieldSchema => ({ name, label, type: 'decimal', money: true });

function outputOf(left: RecordSchema, right: RecordSchema): RecordSchema {
  return {
    fields: [
      { name: 'key', label: 'Key', type: 'text' },
      money('left_amount', 'Left amount'),
      money('right_amount', 'Right amount'),
      money('difference', 'Difference'),
      { name: 'left', label: 'Left records', type: 'list', fields: left.fields },
      { name: 'right', label: 'Right records', type: 'list', fields: right.fields },
    ],
  };
}

/** Keeps both streams until they end. Unwired, what agrees is skipped and what does not is held, so nothing goes unseen. */
export const reconcile: NodeKind = {
  kind: 'reconcile',
  title: 'Reconcile',
  summary: 'Compares two streams by key and amount',
  about:
    'Amounts with the same key are summed on each side, exactly, and compared: a difference of at most the tolerance agrees. Each key leaves by one output as one record with both sums, the difference (left minus right) and the records of both sides. Without a wire, what agrees is skipped, and what differs or is on one side only is held with both amounts. `Totals` is one record with count and sums by outcome; the sums of all outcomes are the sums of the two streams. A blank amount counts as zero; an amount that is no number holds its record.',
  icon: 'scale',
  category: 'combine',
  inputs: [
    { id: 'in', label: 'Left' },
    { id: 'right', label: 'Right' },
  ],
  outputs: [
    { id: 'matched', label: 'Agree', exception: true },
    { id: 'differs', label: 'Differ', exception: true },
    { id: 'onlyLeft', label: 'Only left', exception: true },
    { id: 'onlyRight', label: 'Only right', exception: true },
    { id: 'totals', label: 'Totals', exception: true },
  ],
  fields: [
    { name: 'leftKey', label: 'Key, left', kind: 'formula', required: true, help: 'What both sides have in common.' },
    { name: 'rightKey', label: 'Key, right', kind: 'formula', required: true, help: 'What both sides have in common.' },
    { name: 'leftAmount', label: 'Amount, left', kind: 'formula', required: true, help: 'Summed by key.' },
    { name: 'rightAmount', label: 'Amount, right', kind: 'formula', required: true, help: 'Summed by key.' },
    { name: 'leftName', label: 'Left is called', kind: 'text', default: 'Left', help: 'Word for messages.' },
    { name: 'rightName', label: 'Right is called', kind: 'text', default: 'Right', help: 'Word for messages.' },
    { name: 'tolerance', label: 'Tolerance', kind: 'amount', default: '0', help: 'Largest difference that agrees.' },
  ],
  collects: true,
  check(node, inputs, context) {
    const left = inputs.in ?? { fields: [] };
    const right = inputs.right ?? { fields: [] };
    const pair = outputOf(left, right);
    const totals: RecordSchema = { fields: totalFields };
    const outputs = { matched: pair, differs: pair, onlyLeft: pair, onlyRight: pair, totals };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs, problems };
    const found: NodeProblem[] = [];
    for (const [field, item] of [
      ['leftKey', left],
      ['rightKey', right],
      ['leftAmount', left],
      ['rightAmount', right],
    ] as const) {
      const cell = checkCell(config[field], field, { item }, context);
      found.push(...cell.problems);
      const usable = cell.schema.type === 'decimal' || cell.schema.type === 'integer';
      if (field.endsWith('Amount') && cell.problems.length === 0 && !usable)
        found.push(blocking('formula.type', field, 'The amount is not a number.', 'Choose a field that is an amount.'));
    }
    if (tryParse(config.tolerance) === undefined)
      found.push(
        blocking('money.notANumber', 'tolerance', 'The tolerance is not a number.', 'Write a number such as 0.01.'),
      );
    return { outputs, problems: found };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const formulas = new NodeFormulas(context);
    const side = (key: string, amount: string, item: RecordSchema) => ({
      key: formulas.cell(key, 'The key', { item }),
      amount: formulas.cell(amount, 'The amount', { item }),
    });
    const left = side(config.leftKey, config.leftAmount, inputs.in ?? { fields: [] });
    const right = side(config.rightKey, config.rightAmount, inputs.right ?? { fields: [] });
    const pairs = new Map<string, Pair>();
    const open = new Set(['in', 'right']);
    return {
      push(batch, port) {
        const from = port === 'right' ? right : left;
        const { settled } = eachRecord(batch, 'reconciling', (record) => {
          const key = keyText(from.key(record.value, record.value));
          const amount = amountOf(from.amount(record.value, record.value));
          const pair = pairs.get(key) ?? { left: { records: [], total: zero }, right: { records: [], total: zero } };
          pairs.set(key, pair);
          const target = port === 'right' ? pair.right : pair.left;
          target.records.push(record);
          target.total = add(target.total, amount);
          return [];
        });
        return { out: {}, ...(settled === undefined ? {} : { settled }) };
      },
      end(port): Iterable<BatchResult> {
        open.delete(port);
        return open.size > 0 ? [] : compared(pairs, new Report(config));
      },
    };
  },
};

function* compared(pairs: Map<string, Pair>, report: Report): Iterable<BatchResult> {
  for (const [key, pair] of pairs) yield report.compare(key, pair);
  yield report.totals();
  pairs.clear();
}

function amountOf(value: Value): Decimal {
  if (value === null || value === '') return zero;
  const parsed = typeof value === 'string' ? tryParse(value) : undefined;
  if (parsed === undefined)
    throw new AppError('data.badAmount', `The amount is “${keyText(value).slice(0, 60)}”, which is not a number.`);
  return parsed;
}

const outcomes = ['matched', 'differs', 'onlyLeft', 'onlyRight'] as const;
type Outcome = (typeof outcomes)[number];

const totalFields: readonly FieldSchema[] = outcomes.flatMap((outcome) => [
  { name: `${outcome}_count`, label: `${outcome}: keys`, type: 'integer' as const },
  money(`${outcome}_left`, `${outcome}: left`),
  money(`${outcome}_right`, `${outcome}: right`),
]);

const shown = (amount: Value | undefined): string => shownAmount(String(amount));

class Report {
  private readonly config: Config;
  private readonly tolerance: Decimal;
  private readonly sums: Record<Outcome, { count: number; left: Decimal; right: Decimal }>;

  constructor(config: Config) {
    this.config = config;
    this.tolerance = tryParse(config.tolerance) ?? zero;
    const none = () => ({ count: 0, left: zero, right: zero });
    this.sums = { matched: none(), differs: none(), onlyLeft: none(), onlyRight: none() };
  }

  compare(key: string, { left, right }: Pair): BatchResult {
    const difference = subtract(left.total, right.total);
    const size = difference.units < 0 ? negate(difference) : difference;
    const agrees = compare(size, this.tolerance) <= 0;
    const outcome: Outcome =
      right.records.length === 0
        ? 'onlyLeft'
        : left.records.length === 0
          ? 'onlyRight'
          : agrees
            ? 'matched'
            : 'differs';
    const sum = this.sums[outcome];
    sum.count += 1;
    sum.left = add(sum.left, left.total);
    sum.right = add(sum.right, right.total);
    const records = [...left.records, ...right.records];
    const first = records[0];
    if (first === undefined) return { out: {} };
    const value: Fields = {
      key,
      left_amount: format(left.total),
      right_amount: format(right.total),
      difference: format(difference),
      left: left.records.map((record) => record.value),
      right: right.records.map((record) => record.value),
    };
    const record: WireRecord = {
      key: `pair:${key}`,
      value,
      origin: { ...first.origin, label: key },
      ...lineage(records),
    };
    return { out: {}, settled: [this.settle(record, outcome, value)] };
  }

  private settle(record: WireRecord, outcome: Outcome, value: Fields) {
    const { leftName, rightName } = this.config;
    const key = String(value.key);
    if (outcome === 'matched')
      return {
        record,
        status: 'skipped' as const,
        port: outcome,
        note: `“${key}” agrees: ${shown(value.left_amount)}.`,
      };
    if (outcome === 'differs') {
      const text = `“${key}” differs by ${shown(value.difference)}: ${leftName} ${shown(value.left_amount)}, ${rightName} ${shown(value.right_amount)}.`;
      return { ...refused(record, new AppError('reconcile.differs', text), outcome) };
    }
    const [has, lacks] = outcome === 'onlyLeft' ? [leftName, rightName] : [rightName, leftName];
    const amount = outcome === 'onlyLeft' ? value.left_amount : value.right_amount;
    const text = `“${key}” is in ${has} with ${shown(amount)}, but not in ${lacks}.`;
    return { ...refused(record, new AppError('reconcile.onlyOneSide', text), outcome) };
  }

  /** One record for the whole comparison; it stands for no source record. */
  totals(): BatchResult {
    const value: Fields = {};
    for (const outcome of outcomes) {
      const sum = this.sums[outcome];
      value[`${outcome}_count`] = String(sum.count);
      value[`${outcome}_left`] = format(sum.left);
      value[`${outcome}_right`] = format(sum.right);
    }
    const origin = { system: 'costwire', resource: 'reconciliation', id: 'totals' };
    const record: WireRecord = { key: 'totals', value, origin, sources: [] };
    return { out: {}, settled: [{ record, status: 'skipped', port: 'totals', note: 'Totals of the comparison.' }] };
  }
}
