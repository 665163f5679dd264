import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectors } from '../../connectors/index.ts';
import type { Connection } from '../../engine/model/connection.ts';
import type { Connector, ReadEvent } from '../../engine/model/connector.ts';
import { mappingRowSchema, type ProposedRow } from '../../engine/model/mapping-table.ts';
import type { Fields } from '../../engine/model/record.ts';
import type { RecordOutcome, Voucher } from '../../engine/model/run.ts';
import { type Template, templateSchema } from '../../engine/model/template.ts';
import { runFlow } from '../../engine/run/run-flow.ts';
import { emptyWorld, toyHost } from '../support/toy-systems.ts';

const folder = join(import.meta.dirname, '..', '..', 'templates');

/** Golden cases of a template: what its systems hold, and for each record what must become of it. */
const goldenSchema = z.object({
  template: z.string(),
  /** Resource whose records are the cases. */
  reads: z.string(),
  /** Values of parameters, where the cases are about others than the defaults. */
  parameters: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
  /** Rows of tables, where the cases are about others than those the template brings. */
  tables: z.record(z.string(), z.array(mappingRowSchema)).default({}),
  /** Other records by connector and resource. */
  reference: z.record(z.string(), z.record(z.string(), z.array(z.record(z.string(), z.json())))),
  cases: z.array(
    z.object({
      title: z.string(),
      record: z.record(z.string(), z.json()),
      /** Connector, or connector and resource, that has the record; otherwise Procore has it. */
      of: z.string().optional(),
      expect: z.union([
        z.object({ value: z.record(z.string(), z.json()) }),
        /** `message` and `hint` are parts of what the record's reason and remedy say; `proposes` is the row for a mapping table. */
        z.object({
          status: z.string(),
          code: z.string().optional(),
          message: z.string().optional(),
          hint: z.string().optional(),
          proposes: z.record(z.string(), z.string()).optional(),
        }),
      ]),
    }),
  ),
});
type Golden = z.infer<typeof goldenSchema>;

const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const golden: Golden[] = readdirSync(folder)
  .filter((name) => name.endsWith('.golden.json'))
  .map((name) => goldenSchema.parse(read(name)));
const templates: Template[] = readdirSync(folder)
  .filter((name) => name.endsWith('.template.json'))
  .map((name) => templateSchema.parse(read(name)));

/** The real connector with its real fields, reading what the golden file says instead of a remote system. */
function reading(connector: Connector, data: Record<string, Fields[]>): Connector {
  const resources = connector.resources.map((resource) => ({
    ...resource,
    read: async function* (): AsyncIterable<ReadEvent> {
      const records = (data[resource.id] ?? []).map((value, index) => {
        const id = typeof value.id === 'string' ? value.id : String(index);
        return { id, value, origin: { system: connector.id, resource: resource.id, id } };
      });
      await Promise.resolve();
      yield { kind: 'page', records };
    },
  }));
  const { disconnect: _disconnect, ...rest } = connector;
  return { ...rest, resources: resources as Connector['resources'], connect: () => ({}) };
}

async function dryRun(template: Template, { reads, reference, cases, parameters, tables }: Golden) {
  const hosted = connectors.map((connector) => {
    const data: Record<string, Fields[]> = { ...(reference[connector.id] as Record<string, Fields[]> | undefined) };
    for (const { of, record } of cases) {
      const [system = '', resource = reads] = (of ?? 'procore').split('.');
      if (system === connector.id) data[resource] = [...(data[resource] ?? []), record as Fields];
    }
    return reading(connector, data);
  });
  const outcomes: RecordOutcome[] = [];
  const proposals: ProposedRow[] = [];
  const host = { ...toyHost(emptyWorld()), connectors: hosted };
  const connections: Record<string, Connection> = Object.fromEntries(
    Object.entries(template.flow.slots).map(([slot, { connector }]) => [
      slot,
      { id: slot, name: slot, connector, environment: 'practice', fields: {}, secrets: [] },
    ]),
  );
  const result = await runFlow(
    {
      document: template.flow,
      kind: 'dry',
      startedBy: 'test',
      connections,
      parameterValues: parameters,
      tables: template.tables.map(({ schema, rows }) => ({
        schema,
        version: 1,
        rows: tables[schema.id] ?? rows ?? [],
      })),
    },
    {
      ...host,
      onEvent: (event) => {
        if (event.type === 'recordSettled') outcomes.push(event.outcome);
      },
      onProposal: (row) => proposals.push(row),
    },
  );
  return { result, outcomes, proposals };
}

describe.each(golden)('golden cases of $template with $parameters $tables', (set) => {
  const template = templates.find(({ id }) => id === set.template);
  it('belong to a template', () => {
    expect(template).toBeDefined();
  });
  if (template === undefined) return;
  const run = dryRun(template, set);

  it.each(set.cases)('$title', async ({ record, expect: expected }) => {
    const { result, outcomes, proposals } = await run;
    expect(result.problems).toEqual([]);
    expect(result.run.error).toBeUndefined();
    const outcome = outcomes.find(({ origin }) => origin.id === record.id);
    const voucher: Voucher | undefined = result.sheet.vouchers.find(({ origin }) => origin.id === record.id);
    if ('value' in expected)
      expect({ error: outcome?.error, value: voucher?.value }).toEqual({ error: undefined, value: expected.value });
    else {
      expect(voucher).toBeUndefined();
      expect(outcome).toMatchObject({
        status: expected.status,
        ...(expected.code === undefined ? {} : { error: { code: expected.code } }),
      });
      expect(`${outcome?.error?.message ?? ''}${outcome?.note ?? ''}`).toContain(expected.message ?? '');
      expect(outcome?.error?.hint ?? '').toContain(expected.hint ?? '');
      if (expected.status === 'held') expect(outcome?.error?.hint).not.toBe('');
      if (expected.proposes !== undefined)
        expect(proposals.map(({ keys, targets }) => ({ ...keys, ...targets }))).toContainEqual(expected.proposes);
    }
  });

  it('covers every record exactly once', async () => {
    const { outcomes } = await run;
    expect(outcomes).toHaveLength(set.cases.length);
  });
});

describe('bundled templates', () => {
  it.each(templates)('$id has golden cases', ({ id }) => {
    expect(golden.map(({ template }) => template)).toContain(id);
  });
});
