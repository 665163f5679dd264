/** Proposals with where they came from: the record that waits for a row says why it was proposed, and by which run. */
import type { MappingRow, MappingTableSchema } from '../../model/mapping-table.ts';
import type { StoredOutcome } from '../../store/records.ts';
import { openProposals } from '../../tables/proposals.ts';
import type { ProposalsView, ProposalView } from '../contract.ts';
import type { ServiceContext } from './context.ts';
import { requiredTable, usesOfTables } from './table-view.ts';

/** Runs of each flow that are looked through, newest first: an older proposal is shown without its run. */
const runsLookedThrough = 10;

/** What waits for a person. @throws AppError mapping.unknownTable */
export async function proposalsOf(context: ServiceContext, id: string): Promise<ProposalsView> {
  const { schema, rows } = await requiredTable(context, id);
  const open = openProposals(schema, rows);
  const waiting = new Map(open.map((row): [string, ProposalView] => [nameOf(row.keys), { row, others: [] }]));
  const version = (await context.store.tables.version(id))?.version ?? 0;
  const view: ProposalsView = { schema, version, proposals: [...waiting.values()] };
  if (open.length === 0) return view;
  for (const { flowId } of (await usesOfTables(context)).get(id) ?? [])
    await tellOfFlow(context, { flowId, schema, waiting });
  return view;
}

const nameOf = (keys: readonly string[]): string => JSON.stringify(keys);

/** Adds what the newest runs of a flow say of the proposals. */
async function tellOfFlow(
  { store }: ServiceContext,
  of: { flowId: string; schema: MappingTableSchema; waiting: ReadonlyMap<string, ProposalView> },
): Promise<void> {
  const runs = (await store.runs.list({ flowId: of.flowId }, { limit: runsLookedThrough })).entries;
  for (const run of runs) {
    if ([...of.waiting.values()].every((proposal) => proposal.run !== undefined)) return;
    const filter = { runId: run.id, code: ['mapping.proposed'] };
    for (let offset = 0, total = 1; offset < total; offset += 1000) {
      const page = await store.records.list(filter, { limit: 1000, offset });
      total = page.total;
      for (const outcome of page.entries) {
        const told = proposedBy(of.schema, outcome);
        const proposal = told === undefined ? undefined : of.waiting.get(nameOf(told.keys));
        if (told === undefined || proposal === undefined) continue;
        const { id, flowName, kind, startedAt } = run;
        if (isSameTarget(told, proposal.row)) {
          if (proposal.run !== undefined) continue;
          Object.assign(proposal, { run: { id, flowName, kind, startedAt }, reason: outcome.error?.message ?? '' });
        } else if (!proposal.others.some((other) => other.targets[0] === told.targets[0]))
          proposal.others.push({ targets: told.targets, reason: outcome.error?.message ?? '' });
      }
    }
  }
}

const isSameTarget = (told: { targets: readonly string[] }, row: MappingRow): boolean =>
  told.targets[0] === (row.targets[0] ?? '');

/** The row that a held record tells of; undefined where it speaks of another table. */
function proposedBy(
  schema: MappingTableSchema,
  { error }: StoredOutcome,
): { keys: string[]; targets: string[] } | undefined {
  const fields = error?.fields ?? {};
  const keys = schema.keys.flatMap(({ name }) => fields[name] ?? []);
  const known = new Set([...schema.keys, ...schema.targets].map(({ name }) => name));
  if (keys.length !== schema.keys.length || Object.keys(fields).some((name) => !known.has(name))) return undefined;
  return { keys, targets: schema.targets.map(({ name }) => fields[name] ?? '') };
}
