/** Adds to each record the one of another stream that has the same key. */
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import type { FieldSchema, Fields, WireRecord } from '../model/record.ts';
import { eachRecord, refused, revalued, type Verdict } from './batch.ts';
import { checkedConfig, readConfig, withField } from './config.ts';
import { checkCell, keyText, NodeFormulas } from './formulas.ts';
import type { BatchResult, NodeKind } from './node.ts';

const configSchema = z.looseObject({
  left: z.string().min(1),
  right: z.string().min(1),
  into: z.string().min(1),
  missing: z.enum(['keep', 'hold', 'skip']).default('hold'),
  many: z.enum(['hold', 'first']).default('hold'),
});
type Config = z.infer<typeof configSchema>;

/** The second input is read in full and kept in memory, so it should be master data: vendors, projects, contracts. */
export const join: NodeKind = {
  kind: 'join',
  title: 'Join',
  summary: 'Adds what another stream says about the same key',
  about:
    'Keys are compared as texts, exactly: write `NORMALIZE` or `UPPER` around both where case or signs must not count. A blank key finds nothing. The stream that is looked up in is read in full before the records go on, and its records are not counted: they are reference data.',
  icon: 'arrows-join',
  category: 'combine',
  inputs: [
    { id: 'in', label: 'Records' },
    { id: 'right', label: 'Look up in', reference: true },
  ],
  outputs: [
    { id: 'out', label: 'Joined' },
    { id: 'held', label: 'No match', exception: true },
  ],
  fields: [
    { name: 'left', label: 'Key of the records', kind: 'formula', required: true, help: 'Such as =[vendor_id].' },
    { name: 'right', label: 'Key of the other stream', kind: 'formula', required: true, help: 'Such as =[id].' },
    { name: 'into', label: 'Result field', kind: 'text', required: true, help: 'Field that takes the record found.' },
    {
      name: 'missing',
      label: 'Without a match',
      kind: 'choice',
      default: 'hold',
      help: 'What happens to a record whose key is not found.',
      choices: [
        { value: 'hold', label: 'Hold the record' },
        { value: 'keep', label: 'Let it pass with a blank field' },
        { value: 'skip', label: 'Skip the record' },
      ],
    },
    {
      name: 'many',
      label: 'With several matches',
      kind: 'choice',
      default: 'hold',
      help: 'What happens where the other stream has the key more than once.',
      choices: [
        { value: 'hold', label: 'Hold the record' },
        { value: 'first', label: 'Take the first' },
      ],
    },
  ],
  collects: true,
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const right = inputs.right ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: item, held: item }, problems };
    const field: FieldSchema = { name: config.into, label: config.into, type: 'record', fields: right.fields };
    const found = [
      ...checkCell(config.left, 'left', { item }, context).problems,
      ...checkCell(config.right, 'right', { item: right }, context).problems,
    ];
    return { outputs: { out: withField(item, field), held: item }, problems: found };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const formulas = new NodeFormulas(context);
    const leftKey = formulas.cell(config.left, 'The key', { item: inputs.in ?? { fields: [] } });
    const rightKey = formulas.cell(config.right, 'The key', { item: inputs.right ?? { fields: [] } });
    const found = new Map<string, { value: Fields; count: number }>();
    let waiting: WireRecord[] | undefined = [];
    const match = (batch: readonly WireRecord[]): BatchResult =>
      eachRecord(batch, 'joining', (record) => {
        const key = keyText(leftKey(record.value, record.value));
        return joined(record, key, key === '' ? undefined : found.get(key), config);
      });
    return {
      push(batch, port) {
        if (port === 'right') {
          for (const { value } of batch) {
            const key = keyText(rightKey(value, value));
            const known = found.get(key);
            if (known === undefined) found.set(key, { value, count: 1 });
            else known.count += 1;
          }
          return { out: {} };
        }
        if (waiting === undefined) return match(batch);
        for (const record of batch) waiting.push(record);
        return { out: {} };
      },
      // Once the other side is complete, nothing waits here any more.
      passes: (port) => port !== 'right' && waiting === undefined,
      end(port): Iterable<BatchResult> {
        if (port !== 'right' || waiting === undefined) return [];
        const early = waiting;
        waiting = undefined;
        return early.length > 0 ? [match(early)] : [];
      },
    };
  },
};

function joined(
  record: WireRecord,
  key: string,
  match: { value: Fields; count: number } | undefined,
  config: Config,
): Verdict {
  const shown = key === '' ? 'a blank key' : `“${key}”`;
  if (match === undefined) {
    if (config.missing === 'keep') return revalued(record, { ...record.value, [config.into]: null });
    const text = `Nothing in “${config.into}” answers ${shown}.`;
    if (config.missing === 'skip') return { record, status: 'skipped', note: text, port: 'held' };
    return refused(record, new AppError('check.failed', text));
  }
  if (match.count > 1 && config.many === 'hold') {
    const text = `${match.count} records of “${config.into}” answer ${shown}; only one can be right.`;
    return refused(record, new AppError('check.failed', text));
  }
  return revalued(record, { ...record.value, [config.into]: match.value });
}
