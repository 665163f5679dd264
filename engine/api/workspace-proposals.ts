/** Proposals that runs made for mapping tables: kept as drafts, published row by row as people accept them. */
import { AppError } from '../model/error.ts';
import { compileTable } from '../model/mapping-lookup.ts';
import type { MappingRow, MappingTableSchema, MappingTableVersion, ProposedRow } from '../model/mapping-table.ts';
import type { Store } from '../store/index.ts';
import { decide, mergeProposals, openProposals, takeBack, type Verdict, verdictOf } from '../tables/proposals.ts';

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

/** What a person decides on. */
export interface ProposalDecision {
  ids: readonly string[] | 'all';
  verdict: Verdict;
  /** Becomes the note of the rows. */
  reason?: string;
  /** Targets by row id as the person saw them. A row that is another by now is a conflict; absent: rows are taken as they are. */
  seen?: ReadonlyMap<string, readonly string[]>;
}

/**
 * Accepts or rejects rows of a draft: publishes them with who said so, and leaves all else in the draft.
 * @throws AppError mapping.unknownTable, mapping.invalidTable, workspace.conflict
 */
export async function decideProposals(
  { store, user }: { store: Store; user: string },
  table: string,
  decision: ProposalDecision,
): Promise<DecidedProposals> {
  const { tables } = store;
  const before = await tables.draft(table);
  if (before === undefined) throw new AppError('mapping.unknownTable', `The workspace has no table “${table}”.`);
  const { schema } = before;
  refuseOvertaken(schema, before.rows, decision.seen ?? new Map());
  const last = await tables.version(table);
  const { published, draft, decided } = decide(schema, before.rows, last?.rows ?? [], { ...decision, by: user });
  refuseUnsound(schema, published);
  const version = await tables.publishRows(schema, published, draft, user);
  return { schema, decided, version, open: openProposals(schema, draft).length };
}

/** @throws AppError mapping.invalidTable where rows could not be looked up. */
function refuseUnsound(schema: MappingTableSchema, rows: readonly MappingRow[]): void {
  const [problem] = compileTable({ schema, version: 0, rows }).problems;
  if (problem !== undefined) throw new AppError('mapping.invalidTable', problem.message, { hint: problem.hint });
}

/** @throws AppError workspace.conflict where a row is not what the person saw any more. */
function refuseOvertaken(
  schema: MappingTableSchema,
  rows: readonly MappingRow[],
  seen: ReadonlyMap<string, readonly string[]>,
): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const [id, targets] of seen) {
    const row = byId.get(id);
    const verdict = row === undefined ? undefined : verdictOf(schema, row);
    const isSame = row?.targets.every((text, index) => text === (targets[index] ?? ''));
    if (verdict === undefined && isSame) continue;
    const became =
      row === undefined ? 'was removed' : verdict === undefined ? 'proposes something else' : `was ${verdict}`;
    throw new AppError(
      'workspace.conflict',
      `Row “${id}” of “${schema.name}” ${became} meanwhile; nothing was decided.`,
      {
        hint: 'Look at the proposals as they are now, then decide again.',
      },
    );
  }
}

/**
 * Takes a decision back while nothing was published after it: its rows wait again, and a further version holds what was published
 * before. What runs posted in between stays posted.
 * @param decision.version the version that the decision made.
 * @throws AppError mapping.unknownTable, workspace.conflict
 */
export async function takeBackDecision(
  { store, user }: { store: Store; user: string },
  table: string,
  decision: { version: number; ids: readonly string[] },
): Promise<{ version: MappingTableVersion; open: number }> {
  const { tables } = store;
  const draft = await tables.draft(table);
  const newest = await tables.version(table);
  if (draft === undefined || newest === undefined)
    throw new AppError('mapping.unknownTable', `The workspace has no table “${table}”.`);
  const { schema } = draft;
  if (newest.version !== decision.version)
    throw new AppError(
      'workspace.conflict',
      `“${schema.name}” was published again since, as version ${newest.version}; nothing was taken back.`,
      { hint: 'Change the column “Accepted” of the rows instead.' },
    );
  const before = (await tables.version(table, newest.version - 1))?.rows ?? [];
  const back = takeBack(schema, draft.rows, { newest: newest.rows, before }, decision.ids);
  refuseUnsound(schema, back.published);
  const version = await tables.publishRows(schema, back.published, back.draft, user);
  return { version, open: openProposals(schema, back.draft).length };
}
