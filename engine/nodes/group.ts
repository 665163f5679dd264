/** Makes one record of all that have the same key. */
import { z } from 'zod';
import type { FieldSchema, Fields, Origin, RecordSchema, Value, WireRecord } from '../model/record.ts';
import { eachRecord, Lineage } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { checkCell, NodeFormulas } from './formulas.ts';
import type { BatchResult, NodeKind } from './node.ts';

const configSchema = z.looseObject({
  by: z.array(z.looseObject({ name: z.string().min(1), value: z.string().min(1) })).min(1),
  into: z.string().min(1).default('items'),
});

/** Groups by one or more values: the values become fields, the records a list. Sums are a formula over that list. */
export const group: NodeKind = {
  kind: 'group',
  title: 'Group',
  summary: 'Makes one record of all that share a key',
  icon: 'stack-2',
  category: 'combine',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'Groups' },
    { id: 'held', label: 'Held', exception: true },
  ],
  fields: [
    {
      name: 'by',
      label: 'Group by',
      kind: 'list',
      required: true,
      help: 'Records with the same values come together.',
      of: [
        { name: 'name', label: 'Field', kind: 'text', required: true, help: 'Name of the value in the new record.' },
        { name: 'value', label: 'Value', kind: 'formula', required: true, help: 'What records have in common.' },
      ],
    },
    {
      name: 'into',
      label: 'List field',
      kind: 'text',
      default: 'items',
      help: 'Field that takes the records of the group.',
    },
  ],
  collects: true,
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: item, held: item }, problems };
    const cells = config.by.map((entry, index) => checkCell(entry.value, `by.${index}.value`, { item }, context));
    const keys = config.by.map(
      (entry, index): FieldSchema => ({
        ...(cells[index]?.schema ?? { type: 'text' }),
        name: entry.name,
        label: entry.name,
      }),
    );
    const list: FieldSchema = { name: config.into, label: 'Records of the group', type: 'list', fields: item.fields };
    const out: RecordSchema = { fields: [...keys, list] };
    return { outputs: { out, held: item }, problems: cells.flatMap((cell) => cell.problems) };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const keys = config.by.map((entry) => ({ name: entry.name, of: formulas.cell(entry.value, entry.name, { item }) }));
    const groups = new Map<string, Group>();
    const groupOf = (record: WireRecord): Group => {
      const values = keys.map((key): Value => key.of(record.value, record.value));
      const text = groupText(values);
      const found = groups.get(text);
      if (found !== undefined) return found;
      const made: Group = {
        id: JSON.stringify(values),
        values: Object.fromEntries(keys.map((key, index) => [key.name, values[index] ?? null])),
        origin: record.origin,
        records: [],
        lineage: new Lineage(),
      };
      groups.set(text, made);
      return made;
    };
    return {
      push(batch) {
        const { settled } = eachRecord(batch, 'grouping', (record) => {
          const { records, lineage } = groupOf(record);
          records.push(record.value);
          lineage.add(record);
          return nothing;
        });
        return { out: {}, ...(settled === undefined ? {} : { settled }) };
      },
      *end(): Iterable<BatchResult> {
        for (const [text, { id, values, records, lineage, origin: first }] of groups) {
          groups.delete(text);
          const value: Fields = { ...values, [config.into]: records };
          const origin = { ...first, id, label: Object.values(values).map(String).join(' · ') };
          yield { out: { out: [{ key: `group:${id}`, value, origin, ...lineage.result() }] } };
        }
      },
    };
  },
};

/** What is kept of a group: the records' values, not the records. */
interface Group {
  id: string;
  values: Fields;
  origin: Origin;
  records: Fields[];
  lineage: Lineage;
}

/** A collected record gives nothing on. */
const nothing: WireRecord[] = [];

/** Values as one text to find their group by; a single text stands for itself. */
function groupText(values: readonly Value[]): string {
  const [only] = values;
  return values.length === 1 && typeof only === 'string' ? `"${only}` : JSON.stringify(values);
}
