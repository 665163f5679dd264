/** Lets records pass that meet a condition. */
import { z } from 'zod';
import { eachRecord } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { checkCondition, NodeFormulas } from './formulas.ts';
import type { NodeKind } from './node.ts';

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
    { name: 'reason', label: 'Reason', kind: 'text', help: 'Shown on records that do not pass.' },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    const found = config === undefined ? problems : checkCondition(config.where, 'where', { item }, context);
    return { outputs: { out: item, other: item }, problems: found };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const passes = new NodeFormulas(context).condition(config.where, 'The condition', { item });
    const note = config.reason ?? `Does not meet the condition of “${node.label ?? node.id}”.`;
    return {
      push: (batch) =>
        eachRecord(batch, 'filtering', (record) =>
          passes(record.value, record.value) ? record : { record, status: 'skipped', note, port: 'other' },
        ),
    };
  },
};
