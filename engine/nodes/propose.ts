/** Proposes rows of a mapping table, such as which vendors belong together. A person accepts them; until then they count for nothing. */
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import { decisionColumns } from '../model/mapping-table.ts';
import { eachRecord, refused } from './batch.ts';
import { blocking, checkedConfig, type NodeProblem, readConfig } from './config.ts';
import { checkCell, keyText, NodeFormulas } from './formulas.ts';
import type { CheckContext, NodeKind, Settlement } from './node.ts';

const configSchema = z.looseObject({
  table: z.string().min(1),
  keys: z.record(z.string(), z.string()),
  values: z.array(z.looseObject({ name: z.string().min(1), value: z.string().min(1) })).default([]),
  reason: z.string().min(1),
});
type Config = z.infer<typeof configSchema>;

/** Records end here as held, with the reason. The rows become a draft of the table after a run that is not dry. */
export const propose: NodeKind = {
  kind: 'propose',
  title: 'Propose',
  summary: 'Proposes rows of a mapping table for a person to accept',
  about:
    'Nothing is linked unseen: a run that is not dry adds the rows to the draft of the table, where a person decides on them: on the Tables screen, or by `costwire table proposals`, `accept` and `reject`. A row that waits, was accepted or was rejected is not proposed again; a rejected one only with another first value. Only published rows with `accepted` = true should count in formulas.',
  icon: 'bulb',
  category: 'decide',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [],
  fields: [
    {
      name: 'table',
      label: 'Mapping table',
      kind: 'table',
      required: true,
      help: `A published table with the columns “${decisionColumns.verdict}” (true or false) and “${decisionColumns.by}”.`,
    },
    { name: 'keys', label: 'Keys', kind: 'keys', required: true, help: 'What each key column of the new row holds.' },
    {
      name: 'values',
      label: 'Values',
      kind: 'list',
      help: 'What the other columns of the new row hold.',
      of: [
        { name: 'name', label: 'Column', kind: 'text', required: true, help: 'Name of the column.' },
        { name: 'value', label: 'Value', kind: 'formula', required: true, help: 'What the column holds.' },
      ],
    },
    {
      name: 'reason',
      label: 'Reason',
      kind: 'formula',
      required: true,
      help: 'Why the record waits: a text, or a formula such as ="Probably " & [match.VendorName].',
    },
  ],
  check(node, inputs, context) {
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: {}, problems };
    const place = { item: inputs.in ?? { fields: [] } };
    return {
      outputs: {},
      problems: [
        ...tableProblems(config, context),
        ...Object.entries(config.keys).flatMap(
          ([name, text]) => checkCell(text, `keys.${name}`, place, context).problems,
        ),
        ...config.values.flatMap(
          ({ value }, index) => checkCell(value, `values.${index}.value`, place, context).problems,
        ),
        ...checkCell(config.reason, 'reason', place, context).problems,
      ],
    };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const place = { item: inputs.in ?? { fields: [] } };
    const formulas = new NodeFormulas(context);
    const cell = (text: string, name: string) => ({ name, of: formulas.cell(text, `“${name}”`, place) });
    const keys = Object.entries(config.keys).map(([name, text]) => cell(text, name));
    const values = config.values.map(({ name, value }) => cell(value, name));
    const reason = formulas.cell(config.reason, 'The reason', place);
    return {
      push: (batch) =>
        eachRecord(batch, 'proposing', (record): Settlement => {
          const texts = (cells: typeof keys): Record<string, string> =>
            Object.fromEntries(cells.map(({ name, of }) => [name, keyText(of(record.value, record.value))]));
          const text = keyText(reason(record.value, record.value));
          const proposed = { table: config.table, keys: texts(keys), targets: texts(values) };
          context.propose(proposed);
          // By these the Tables screen finds the record of a proposal again.
          const fields = { ...proposed.targets, ...proposed.keys };
          return refused(record, new AppError('mapping.proposed', text, { fields }));
        }),
    };
  },
};

function tableProblems(config: Config, context: CheckContext): NodeProblem[] {
  const table = context.table(config.table);
  if (table === undefined) {
    const message = `There is no published mapping table “${config.table}”.`;
    return [blocking('mapping.unknownTable', 'table', message, 'Import or create the table and publish it.')];
  }
  const problems: NodeProblem[] = [];
  const lacks = (field: string, name: string, hint: string): void => {
    problems.push(blocking('flow.unknownField', field, `The table “${table.name}” has no column “${name}”.`, hint));
  };
  for (const name of Object.values(decisionColumns))
    if (!table.targets.some((column) => column.name === name))
      lacks('table', name, 'Choose a table whose rows a person accepts, or add the column.');
  const decided = new Set<string>(Object.values(decisionColumns));
  config.values.forEach(({ name }, index) => {
    const field = `values.${index}.name`;
    if (decided.has(name))
      problems.push(
        blocking('flow.invalid', field, `A flow cannot fill “${name}”: a person does.`, 'Remove the column here.'),
      );
    else if (!table.targets.some((column) => column.name === name)) lacks(field, name, 'Name a column of the table.');
  });
  for (const column of table.keys)
    if ((config.keys[column.name] ?? '') === '')
      problems.push(
        blocking(
          'flow.missingConfig',
          `keys.${column.name}`,
          `The key “${column.label ?? column.name}” has no formula.`,
          'Say where it comes from.',
        ),
      );
  for (const name of Object.keys(config.keys))
    if (!table.keys.some((column) => column.name === name)) lacks(`keys.${name}`, name, 'Remove the key.');
  return problems;
}
