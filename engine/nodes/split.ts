/** Makes one record of each line. */
import { z } from 'zod';
import type { RecordSchema, Value, WireRecord } from '../model/record.ts';
import { eachRecord } from './batch.ts';
import { blocking, checkedConfig, closest, readConfig } from './config.ts';
import type { NodeKind } from './node.ts';

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
    return {
      push: (batch) =>
        eachRecord(batch, 'splitting', (record) => {
          const list = record.value[over];
          const lines = Array.isArray(list) ? list : [];
          if (lines.length === 0)
            return { record, status: 'skipped', note: `Has no lines in “${over}”.`, port: 'held' };
          const ids = new LineIds();
          const parents = [record.key];
          return lines.map((line, index): WireRecord => {
            const key = `${record.key}#${ids.of(line, index)}`;
            const { origin, sources, mappingRows, notes } = record;
            return { key, value: { ...record.value, [over]: line }, origin, parents, sources, mappingRows, notes };
          });
        }),
    };
  },
};

/** The lines' own ids, so that a key stays when lines move; numbered where ids repeat, the position where there is none. */
class LineIds {
  private largest = '';
  private readonly given: string[] = [];
  /** How often each id came; kept from where ids stop rising, since as long as they rise none repeats. */
  private times: Map<string, number> | undefined;

  of(line: Value, index: number): string {
    const own = line !== null && typeof line === 'object' && !Array.isArray(line) ? line.id : undefined;
    const id = typeof own === 'string' ? own : `${index + 1}`;
    if (this.times === undefined) {
      if (id > this.largest) {
        this.largest = id;
        this.given.push(id);
        return id;
      }
      this.times = new Map(this.given.map((one) => [one, 1]));
    }
    const times = (this.times.get(id) ?? 0) + 1;
    this.times.set(id, times);
    return times === 1 ? id : `${id}~${times}`;
  }
}
