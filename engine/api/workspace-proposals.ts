/** Proposals that runs made for mapping tables: kept as drafts, published row by row as people accept them. */
import { AppError } from '../model/error.ts';
import { compileTable } from '../model/mapping-lookup.ts';
import type { MappingRow, MappingTableSchema, MappingTableVersion, ProposedRow } from '../model/mapping-table.ts';
import type { Store } from '../store/index.ts';
import { decide, mergeProposals, openProposals, type Verdict } from '../tables/proposals.ts';

/** What a run proposed for a table. */
export interface ProposalSummary {
  table: string;
  /** Rows that are new in the draft. */
  added: number;
  /** Rows of the draft that wait for a person, with those of earlier runs. */
  open: number;
  /** Proposals that another row of the same key stands against; their records say what they would be. */
  contradicting: number;
}

/** Keeps proposals in the drafts of their tables. Nothing is published. */
export async function keepProposals(
  { store, user }: { store: Store; user: string },
  proposals: readonly ProposedRow[],
): Promise<ProposalSummary[]> {
  const summaries: ProposalSummary[] = [];
  for (const table of new Set(proposals.map((row) => row.table))) {
    const draft = await store.tables.draft(table);
    if (draft === undefined) throw new AppError('mapping.unknownTable', `There is no table “${table}” any more.`);
    const mine = proposals.filter((row) => row.table === table);
    const { rows, added, contradicting } = mergeProposals(draft.schema, draft.rows, mine);
    if (added > 0) await store.tables.saveDraft(draft.schema, rows, user);
    summaries.push({ table, added, contradicting, open: openProposals(draft.schema, rows).length });
  }
  return summaries;
}

/** A decision as published. */
export interface DecidedProposals {
  schema: MappingTableSchema;
  decided: MappingRow[];
  version: MappingTableVersion;
  open: number;
}

/**
 * Accepts or rejects rows of a draft: publishes them with who said so, and leaves all else in the draft.
 * @throws AppError mapping.unknownTable, mapping.invalidTable
 */
export async function decideProposals(
  { store, user }: { store: Store; user: string },
  table: string,
  decision: { ids: readonly string[] | 'all'; verdict: Verdict },
): Promise<DecidedProposals> {
  const { tables } = store;
  const before = await tables.draft(table);
  if (before === undefined) throw new AppError('mapping.unknownTable', `The workspace has no table “${table}”.`);
  const { schema } = before;
  const last = await tables.version(table);
  const { published, draft, decided } = decide(schema, before.rows, last?.rows ?? [], { ...decision, by: user });
  const [problem] = compileTable({ schema, version: 0, rows: published }).problems;
  if (problem !== undefined) throw new AppError('mapping.invalidTable', problem.message, { hint: problem.hint });
  const version = await tables.publishRows(schema, published, draft, user);
  return { schema, decided, version, open: openProposals(schema, draft).length };
}
