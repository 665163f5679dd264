/** Lets records pass that meet a condition. */
import { z } from 'zod';
import type { Layout } from '../model/record-view.ts';
import { eachRecord } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { checkCell, checkCondition, itemReader, keyText, NodeFormulas } from './formulas.ts';
import type { LinkedRunner, NodeKind, NodeRunner } from './node.ts';

const configSchema = z.looseObject({ where: z.string().min(1), reason: z.string().optional() });

/** Records that do not meet the condition leave by `other`; where that is not wired they end as skipped. */
export const filter: NodeKind = {
  kind: 'filter',
  title: 'Filter',
  summary: 'Lets records pass that meet a condition',
  icon: 'filter',
  category: 'decide',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'Meets the condition' },
    { id: 'other', label: 'Does not', exception: true },
  ],
  fields: [
    {
      name: 'where',
      label: 'Condition',
      kind: 'formula',
      required: true,
      help: 'Records pass for which this is true.',
    },
    {
      name: 'reason',
      label: 'Reason',
      kind: 'formula',
      help: 'Shown on records that do not pass: a text, or a formula such as ="Closed: " & [title].',
    },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: item, other: item }, problems };
    const found = checkCondition(config.where, 'where', { item }, context);
    found.push(...checkCell(config.reason ?? '', 'reason', { item }, context).problems);
    return { outputs: { out: item, other: item }, problems: found };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const otherwise = `Does not meet the condition of “${node.label ?? node.id}”.`;
    const runner = (layout: Layout | undefined): LinkedRunner => {
      const place = { item, layouts: { item: layout, root: layout } };
      const passes = formulas.condition(config.where, 'The condition', place);
      const reason = formulas.cell(config.reason ?? otherwise, 'The reason', place);
      const itemOf = itemReader(layout);
      const push: NodeRunner['push'] = (batch) =>
        eachRecord(batch, 'filtering', (record) => {
          const read = itemOf(record);
          if (passes(read, read)) return record;
          return { record, status: 'skipped', note: keyText(reason(read, read)), port: 'other' };
        });
      return { push, layout };
    };
    return { ...runner(undefined), linked: (layout) => (layout === undefined ? undefined : runner(layout)) };
  },
};
