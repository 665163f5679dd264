/** Ends records with a reason: held for a person, or skipped because nothing is to be done. */
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import { eachRecord, refused } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { checkCell, keyText, NodeFormulas } from './formulas.ts';
import type { NodeKind, Settlement } from './node.ts';
import { reasonGroupField, reasonGroupNames, reasonGroups } from './reason.ts';

const configSchema = z.looseObject({
  as: z.enum(['held', 'skipped']).default('held'),
  reason: z.string().min(1),
  remedy: z.string().optional(),
  group: z.enum(reasonGroupNames).default('data'),
});

/** What a flow that compares or proposes ends in: it writes nothing, but says of every record why. */
export const stop: NodeKind = {
  kind: 'stop',
  title: 'End here',
  summary: 'Holds or skips records and says why',
  icon: 'flag',
  category: 'decide',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [],
  fields: [
    {
      name: 'as',
      label: 'The records are',
      kind: 'choice',
      default: 'held',
      help: 'Held records wait for a person and keep a run from succeeding; skipped ones need nothing.',
      choices: [
        { value: 'held', label: 'Held for a person' },
        { value: 'skipped', label: 'Skipped' },
      ],
    },
    {
      name: 'reason',
      label: 'Reason',
      kind: 'formula',
      required: true,
      help: 'Why: a text, or a formula such as ="Probably " & [match.VendorName].',
    },
    {
      name: 'remedy',
      label: 'What to do',
      kind: 'formula',
      help: 'What the person can do about it: a text or a formula.',
      when: { field: 'as', is: ['held'] },
    },
    { ...reasonGroupField, when: { field: 'as', is: ['held'] } },
  ],
  check(node, inputs, context) {
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: {}, problems };
    const item = inputs.in ?? { fields: [] };
    const cells = ['reason', 'remedy'] as const;
    return {
      outputs: {},
      problems: cells.flatMap((name) => checkCell(config[name] ?? '', name, { item }, context).problems),
    };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const reason = formulas.cell(config.reason, 'The reason', { item });
    const remedy = formulas.cell(config.remedy ?? '', 'What to do', { item });
    return {
      push: (batch) =>
        eachRecord(batch, 'ending records', (record): Settlement => {
          const text = keyText(reason(record.value, record.value));
          if (config.as === 'skipped') return { record, status: 'skipped', note: text };
          const hint = keyText(remedy(record.value, record.value));
          return refused(record, new AppError(reasonGroups[config.group], text, hint === '' ? {} : { hint }));
        }),
    };
  },
};
