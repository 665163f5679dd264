/** Makes one record of each line. */
import { z } from 'zod';
import type { RecordSchema, WireRecord } from '../model/record.ts';
import { eachRecord, wholeResult } from './batch.ts';
import { blocking, checkedConfig, closest, readConfig } from './config.ts';
import { LineLayout, SplitRecord } from './line-view.ts';
import type { BatchResult, NodeKind, Settlement } from './node.ts';

const configSchema = z.looseObject({ over: z.string().min(1) });

/** Each line becomes a record: the fields of the header stay, and the list's field holds the one line. */
export const split: NodeKind = {
  kind: 'split',
  title: 'Split',
  summary: 'Makes one record of each line',
  icon: 'separator-horizontal',
  category: 'shape',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'Lines' },
    { id: 'held', label: 'Held', exception: true },
  ],
  fields: [
    { name: 'over', label: 'Lines', kind: 'field', required: true, help: 'The list whose elements become records.' },
  ],
  check(node, inputs) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: item, held: item }, problems };
    const list = item.fields.find((field) => field.name === config.over);
    if (list?.type !== 'list') {
      const guess = closest(
        config.over,
        item.fields.filter((field) => field.type === 'list').map((field) => field.name),
      );
      return {
        outputs: { out: item, held: item },
        problems: [
          {
            ...blocking('flow.unknownField', 'over', `The records have no list “${config.over}”.`, 'Choose a list.'),
            ...(guess === undefined ? {} : { fix: { label: `Use “${guess}”`, value: guess } }),
          },
        ],
      };
    }
    const out: RecordSchema = {
      fields: item.fields.map((field) => (field === list ? { ...field, type: list.of ?? 'record' } : field)),
    };
    return { outputs: { out, held: item }, problems: [] };
  },
  compile(node) {
    const { over } = checkedConfig(configSchema, node);
    const lines = (record: WireRecord): SplitRecord | Settlement => {
      const list = record.value[over];
      if (!Array.isArray(list) || list.length === 0)
        return { record, status: 'skipped', note: `Has no lines in “${over}”.`, port: 'held' };
      return new SplitRecord(record, over, list);
    };
    const push = (batch: readonly WireRecord[]): BatchResult => eachRecord(batch, 'splitting', lines);
    return {
      push: (batch) => wholeResult(push(batch)),
      // It is where links begin: behind one it would have views to split.
      linked: (layout) => (layout === undefined ? { push, layout: new LineLayout(over) } : undefined),
    };
  },
};
