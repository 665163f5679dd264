/** Sends each record down the first branch whose condition it meets. */
import { z } from 'zod';
import { type AppError, toAppError } from '../model/error.ts';
import type { WireRecord } from '../model/record.ts';
import { refused } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { checkCondition, NodeFormulas } from './formulas.ts';
import type { BatchResult, NodeKind, Settlement } from './node.ts';

const ports = ['a', 'b', 'c', 'd'] as const;
const configSchema = z.looseObject({
  branches: z
    .array(z.looseObject({ label: z.string().optional(), when: z.string().min(1) }))
    .min(1)
    .max(ports.length),
});

/** Up to four conditions, tried in order; what meets none leaves by `else`. */
export const branch: NodeKind = {
  kind: 'branch',
  title: 'Branch',
  summary: 'Sends each record down the first branch that fits',
  about:
    'A record takes the first branch whose condition is true, and `None of them` where none is. A blank condition is false. A condition that cannot be worked out holds the record. What leaves by an output without a wire ends as skipped.',
  icon: 'arrows-split',
  category: 'decide',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    ...ports.map((id, index) => ({ id, label: `Branch ${index + 1}` })),
    { id: 'else', label: 'None of them' },
    { id: 'held', label: 'Held', exception: true },
  ],
  fields: [
    {
      name: 'branches',
      label: 'Branches',
      kind: 'list',
      required: true,
      help: 'Tried from top to bottom; the first that is true takes the record.',
      of: [
        { name: 'label', label: 'Name', kind: 'text', help: 'What the branch is called.' },
        { name: 'when', label: 'Condition', kind: 'formula', required: true, help: 'True for records of this branch.' },
      ],
    },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    const found =
      config?.branches.flatMap((entry, index) =>
        checkCondition(entry.when, `branches.${index}.when`, { item }, context),
      ) ?? problems;
    const outputs = Object.fromEntries([...ports, 'else', 'held'].map((port) => [port, item]));
    return { outputs, problems: found };
  },
  compile(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const tests = checkedConfig(configSchema, node).branches.map((entry, index) => ({
      port: ports[index] ?? 'else',
      meets: formulas.condition(entry.when, entry.label ?? `Branch ${index + 1}`, { item }),
    }));
    return {
      push(batch): BatchResult {
        const out: Record<string, WireRecord[]> = {};
        const settled: Settlement[] = [];
        for (const record of batch) {
          try {
            const port = tests.find((test) => test.meets(record.value, record.value))?.port ?? 'else';
            const taken = out[port] ?? [];
            taken.push(record);
            out[port] = taken;
          } catch (thrown) {
            const error: AppError = toAppError(thrown, 'branching');
            settled.push(refused(record, error));
          }
        }
        return { out, settled };
      },
    };
  },
};
