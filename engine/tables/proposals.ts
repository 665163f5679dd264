/** Rows that flows propose for a mapping table, and what people say of them. Pure: the store keeps drafts and versions. */
import { AppError } from '../model/error.ts';
import { decisionColumns, type MappingRow, type MappingTableSchema, type ProposedRow } from '../model/mapping-table.ts';

/** What a person says of a proposed row. */
export type Verdict = 'accepted' | 'rejected';

/** What became of proposals. */
export interface MergedProposals {
  rows: MappingRow[];
  /** Rows that are new in the draft, or propose something else than a rejected one. */
  added: number;
  /** Proposals that the table has already, in whatever state. */
  known: number;
  /** Proposals for a key that another open or accepted row holds. */
  contradicting: number;
}

const position = (schema: MappingTableSchema, name: string): number =>
  schema.targets.findIndex((column) => column.name === name);

/** Whether rows of a table count only once they are accepted. */
export const hasDecisions = (schema: MappingTableSchema): boolean =>
  Object.values(decisionColumns).every((name) => position(schema, name) !== -1);

/** The verdict on a row; undefined while it is open. */
export function verdictOf(schema: MappingTableSchema, row: MappingRow): Verdict | undefined {
  const text = row.targets[position(schema, decisionColumns.verdict)] ?? '';
  return /^true$/i.test(text) ? 'accepted' : /^false$/i.test(text) ? 'rejected' : undefined;
}

const asRow = (schema: MappingTableSchema, proposed: ProposedRow): MappingRow => {
  const keys = schema.keys.map(({ name }) => proposed.keys[name] ?? '');
  return { id: keys.join('|'), keys, targets: schema.targets.map(({ name }) => proposed.targets[name] ?? '') };
};

const firstTarget = (row: MappingRow): string => row.targets[0] ?? '';

/**
 * Adds proposals to the rows of a draft. What a person said stays: an accepted row and an open one are left alone; a rejected one is
 * replaced only where its first target column would hold something else.
 */
export function mergeProposals(
  schema: MappingTableSchema,
  rows: readonly MappingRow[],
  proposals: readonly ProposedRow[],
): MergedProposals {
  const merged = new Map(rows.map((row) => [row.keys.join('\u0000'), row]));
  const counts = { added: 0, known: 0, contradicting: 0 };
  for (const proposed of proposals) {
    const row = asRow(schema, proposed);
    const key = row.keys.join('\u0000');
    const before = merged.get(key);
    if (before !== undefined && firstTarget(before) === firstTarget(row)) counts.known += 1;
    else if (before !== undefined && verdictOf(schema, before) !== 'rejected') counts.contradicting += 1;
    else {
      merged.set(key, before === undefined ? row : { ...row, id: before.id });
      counts.added += 1;
    }
  }
  return { rows: [...merged.values()], ...counts };
}

/** Rows of a draft that nobody has said anything of. */
export const openProposals = (schema: MappingTableSchema, rows: readonly MappingRow[]): MappingRow[] =>
  hasDecisions(schema) ? rows.filter((row) => verdictOf(schema, row) === undefined) : [];

/** A decision and what follows: the rows to publish, and those of the draft, which keeps what is still open. */
export interface Decided {
  published: MappingRow[];
  draft: MappingRow[];
  decided: MappingRow[];
}

/**
 * Decides on rows of a draft. Only they are published, beside what is published already; other changes of the draft stay there.
 * @param ids rows by id; `all` for every open one.
 * @throws AppError mapping.invalidTable where the table has no decisions or a row is not in the draft
 */
export function decide(
  schema: MappingTableSchema,
  draft: readonly MappingRow[],
  published: readonly MappingRow[],
  decision: { ids: readonly string[] | 'all'; verdict: Verdict; by: string },
): Decided {
  if (!hasDecisions(schema))
    throw new AppError('mapping.invalidTable', `The rows of “${schema.name}” need no acceptance.`, {
      hint: `Only tables with the columns ${Object.values(decisionColumns).join(' and ')} have proposals.`,
    });
  const { ids, verdict, by } = decision;
  const wanted = new Set(ids === 'all' ? openProposals(schema, draft).map((row) => row.id) : ids);
  const missing = [...wanted].find((id) => !draft.some((row) => row.id === id));
  if (missing !== undefined)
    throw new AppError('mapping.invalidTable', `“${schema.name}” has no row “${missing}”.`, {
      hint: `See the rows that wait: costwire table proposals ${schema.id}.`,
    });
  const judged = (row: MappingRow): MappingRow => {
    const targets = schema.targets.map((_column, index) => row.targets[index] ?? '');
    targets[position(schema, decisionColumns.verdict)] = verdict === 'accepted' ? 'true' : 'false';
    targets[position(schema, decisionColumns.by)] = by;
    return { ...row, targets };
  };
  const decided = draft.filter((row) => wanted.has(row.id)).map(judged);
  const byId = new Map(decided.map((row) => [row.id, row]));
  const kept = published.map((row) => byId.get(row.id) ?? row);
  const fresh = decided.filter((row) => !published.some((other) => other.id === row.id));
  return { published: [...kept, ...fresh], draft: draft.map((row) => byId.get(row.id) ?? row), decided };
}
