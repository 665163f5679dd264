/** Finds records that say they are the same document. */
import { z } from 'zod';
import { normalizeInvoiceNumber } from '../model/business-key.ts';
import { AppError } from '../model/error.ts';
import { eachRecord, refused } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { checkCell, keyText, NodeFormulas } from './formulas.ts';
import type { NodeKind } from './node.ts';

const configSchema = z.looseObject({
  by: z.array(z.looseObject({ value: z.string().min(1) })).min(1),
  compare: z.enum(['exact', 'invoice-number']).default('exact'),
  duplicates: z.enum(['hold', 'skip']).default('hold'),
});

/** The first record of a key passes, later ones are held or skipped. Remembers one short text per key. */
export const dedupe: NodeKind = {
  kind: 'dedupe',
  title: 'Find duplicates',
  summary: 'Stops records that repeat an earlier one',
  about:
    'The first record of a key goes on, in the order in which records arrive. `As invoice numbers` ignores case, blanks, signs and leading zeros, as people do who compare invoices; `exactly` does not.',
  icon: 'copy-x',
  category: 'decide',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'First of its kind' },
    { id: 'held', label: 'Duplicates', exception: true },
  ],
  fields: [
    {
      name: 'by',
      label: 'Same when equal',
      kind: 'list',
      required: true,
      help: 'Records are duplicates when all of these are equal, such as vendor and invoice number.',
      of: [{ name: 'value', label: 'Value', kind: 'formula', required: true, help: 'What is compared.' }],
    },
    {
      name: 'compare',
      label: 'Compare',
      kind: 'choice',
      default: 'exact',
      help: 'How texts are compared.',
      choices: [
        { value: 'exact', label: 'Exactly' },
        { value: 'invoice-number', label: 'As invoice numbers: without case, blanks, signs and leading zeros' },
      ],
    },
    {
      name: 'duplicates',
      label: 'Duplicates',
      kind: 'choice',
      default: 'hold',
      help: 'What happens to the later records.',
      choices: [
        { value: 'hold', label: 'Are held for a person' },
        { value: 'skip', label: 'Are skipped' },
      ],
    },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    const found =
      config?.by.flatMap((entry, index) => checkCell(entry.value, `by.${index}.value`, { item }, context).problems) ??
      problems;
    return { outputs: { out: item, held: item }, problems: found };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const keys = config.by.map((entry, index) => formulas.cell(entry.value, `Value ${index + 1}`, { item }));
    const normal = config.compare === 'exact' ? (text: string) => text : normalizeInvoiceNumber;
    const seen = new Map<string, string>();
    return {
      push: (batch) =>
        eachRecord(batch, 'looking for duplicates', (record) => {
          const id = JSON.stringify(keys.map((key) => normal(keyText(key(record.value, record.value)))));
          const earlier = seen.get(id);
          if (earlier === undefined) {
            seen.set(id, record.origin.label ?? record.origin.id);
            return record;
          }
          const text = `${record.origin.label ?? record.origin.id} repeats ${earlier}.`;
          if (config.duplicates === 'skip') return { record, status: 'skipped', note: text, port: 'held' };
          return refused(record, new AppError('check.duplicate', text));
        }),
    };
  },
};
