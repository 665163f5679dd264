import { expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { type MappingTableVersion, type ProposedRow, tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import { runFlow } from '../../../engine/run/run-flow.ts';
import { readInvoices, toyFlow } from '../../support/toy-flow.ts';
import { emptyWorld, invoice, toyConnections, toyHost } from '../../support/toy-systems.ts';

const table = (columns: readonly string[]): MappingTableVersion => ({
  schema: tableSchemaSchema.parse({
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'links',
    name: 'Links',
    keys: [{ name: 'source' }],
    targets: columns.map((name) => ({ name })),
  }),
  version: 1,
  rows: [],
});
const config = {
  table: 'links',
  keys: { source: '=[vendor_id]' },
  values: [{ name: 'vendor', value: '="V" & [vendor_id]' }],
  reason: '="Probably V" & [vendor_id]',
};

const run = async (columns: readonly string[], changed: Partial<typeof config> = {}) => {
  const host = toyHost({ ...emptyWorld(), invoices: [[invoice('1', ['5'])]] });
  const proposals: ProposedRow[] = [];
  const result = await runFlow(
    {
      document: toyFlow({ read: readInvoices, end: ['propose', { ...config, ...changed }] }, ['read > end']),
      kind: 'dry',
      startedBy: 'test',
      connections: toyConnections,
      tables: [table(columns)],
    },
    { ...host, onProposal: (row) => proposals.push(row) },
  );
  return { proposals, outcomes: host.outcomes, problems: result.problems.map(({ message }) => message) };
};

it('holds the record and hands the row to a person', async () => {
  const { proposals, outcomes, problems } = await run(['vendor', 'accepted', 'accepted_by']);
  expect(problems).toEqual([]);
  expect(proposals).toEqual([{ table: 'links', keys: { source: '1' }, targets: { vendor: 'V1' } }]);
  expect(outcomes).toMatchObject([
    { status: 'held', error: { code: 'mapping.proposed', message: 'Probably V1', reason: 'mapping' } },
  ]);
});

it('needs a table whose rows a person accepts, and never fills in the verdict', async () => {
  expect((await run(['vendor'])).problems).toEqual([
    'The table “Links” has no column “accepted”.',
    'The table “Links” has no column “accepted_by”.',
  ]);
  const cheating = { values: [{ name: 'accepted', value: 'true' }] };
  expect((await run(['vendor', 'accepted', 'accepted_by'], cheating)).problems).toEqual([
    'A flow cannot fill “accepted”: a person does.',
  ]);
});

it('fails the run where proposals cannot be kept, and counts its records all the same', async () => {
  const host = toyHost({ ...emptyWorld(), invoices: [[invoice('1', ['5'])]] });
  const document = toyFlow({ read: readInvoices, end: ['propose', config] }, ['read > end']);
  const tables = [table(['vendor', 'accepted', 'accepted_by'])];
  const { run: broken } = await runFlow(
    { document, kind: 'post', startedBy: 'test', connections: toyConnections, tables },
    {
      ...host,
      keepProposals: () => Promise.reject(new AppError('mapping.unknownTable', 'There is no table any more.')),
    },
  );
  expect(broken).toMatchObject({
    ...{ status: 'failed', counts: { held: 1, total: 1 } },
    error: { code: 'mapping.unknownTable' },
  });
});
