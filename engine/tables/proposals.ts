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

/** An id that no row has yet: codes may hold what parts them, and people name rows as they like. */
function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let turn = 2; taken.has(id); turn += 1) id = `${wanted}~${turn}`;
  taken.add(id);
  return id;
}

const keyOf = (row: MappingRow): string => row.keys.join('\u0000');

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
  const merged = [...rows];
  const taken = new Set(rows.map(({ id }) => id));
  // A code may have several rows, each for its time.
  const places = new Map<string, number[]>();
  const place = (row: MappingRow, at: number): void => {
    const known = places.get(keyOf(row));
    if (known === undefined) places.set(keyOf(row), [at]);
    else known.push(at);
  };
  rows.forEach(place);
  const counts = { added: 0, known: 0, contradicting: 0 };
  for (const proposed of proposals) {
    const row = asRow(schema, proposed);
    const at = places.get(keyOf(row)) ?? [];
    const before = at.flatMap((index) => merged[index] ?? []);
    if (before.some((other) => firstTarget(other) === firstTarget(row))) counts.known += 1;
    else if (before.some((other) => verdictOf(schema, other) !== 'rejected')) counts.contradicting += 1;
    else {
      const [last] = at.slice(-1);
      if (last === undefined) {
        place(row, merged.length);
        merged.push({ ...row, id: freeId(row.id, taken) });
      } else merged[last] = { ...row, id: merged[last]?.id ?? row.id };
      counts.added += 1;
    }
  }
  return { rows: merged, ...counts };
}

/** Rows of a draft that nobody has said anything of. */
export const openProposals = (schema: MappingTableSchema, rows: readonly MappingRow[]): MappingRow[] =>
  hasDecisions(schema) ? rows.filter((row) => verdictOf(schema, row) === undefined) : [];

/** The rows of a draft that are no open proposals: what people edit, export and publish. */
export const settledRows = (schema: MappingTableSchema, rows: readonly MappingRow[]): readonly MappingRow[] =>
  hasDecisions(schema) ? rows.filter((row) => verdictOf(schema, row) !== undefined) : rows;

/** Rows as people left them, with the open proposals of a draft that none of them speaks of: proposals outlive every edit. */
export function withOpen(
  schema: MappingTableSchema,
  rows: readonly MappingRow[],
  draft: readonly MappingRow[],
): MappingRow[] {
  const ids = new Set(rows.map(({ id }) => id));
  const keys = new Set(rows.map(keyOf));
  const open = openProposals(schema, draft).filter((row) => !ids.has(row.id) && !keys.has(keyOf(row)));
  return [...rows, ...open];
}

const byId = (a: MappingRow, b: MappingRow): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Whether two tables hold the same rows, in whatever order. */
export function hasSameRows(a: readonly MappingRow[], b: readonly MappingRow[]): boolean {
  if (a.length !== b.length) return false;
  const others = [...b].sort(byId);
  return [...a].sort(byId).every((row, index) => isSameRow(row, others[index]));
}

const content = (row: MappingRow): string =>
  JSON.stringify([row.id, row.keys, row.targets, row.validFrom, row.validTo, row.suspense === true, row.note ?? '']);

/** Whether two rows say the same. */
export const isSameRow = (a: MappingRow, b: MappingRow | undefined): boolean =>
  b !== undefined && content(a) === content(b);

/** A decision and what follows: the rows to publish, and those of the draft, which keeps what is still open. */
export interface Decided {
  published: MappingRow[];
  draft: MappingRow[];
  decided: MappingRow[];
}

/** What a person decided. A `reason` becomes the note of the rows. */
export interface Decision {
  /** Rows by id; `all` for every open one. */
  ids: readonly string[] | 'all';
  verdict: Verdict;
  by: string;
  reason?: string;
}

/**
 * Decides on rows of a draft. Only they are published, beside what is published already; other changes of the draft stay there.
 * @throws AppError mapping.invalidTable where the table has no decisions or a row is not in the draft
 */
export function decide(
  schema: MappingTableSchema,
  draft: readonly MappingRow[],
  published: readonly MappingRow[],
  decision: Decision,
): Decided {
  if (!hasDecisions(schema))
    throw new AppError('mapping.invalidTable', `The rows of “${schema.name}” need no acceptance.`, {
      hint: `Only tables with the columns ${Object.values(decisionColumns).join(' and ')} have proposals.`,
    });
  const { ids, verdict, by, reason } = decision;
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
    return { ...row, targets, ...(reason === undefined ? {} : { note: reason }) };
  };
  const decided = draft.filter((row) => wanted.has(row.id)).map(judged);
  const judgedRows = new Map(decided.map((row) => [row.id, row]));
  const kept = published.map((row) => judgedRows.get(row.id) ?? row);
  const known = new Set(published.map(({ id }) => id));
  const next = [...kept, ...decided.filter((row) => !known.has(row.id))];
  return { published: next, draft: sameOrNext(next, draft, judgedRows), decided };
}

/** A draft with some rows replaced; the published rows themselves where it holds nothing else, so that no draft stays. */
function sameOrNext(
  published: MappingRow[],
  draft: readonly MappingRow[],
  replaced: ReadonlyMap<string, MappingRow>,
): MappingRow[] {
  const next = draft.map((row) => replaced.get(row.id) ?? row);
  return hasSameRows(published, next) ? published : next;
}

/**
 * Takes decisions back: the rows are open again in the draft, and what is published of them is what was before.
 * @param newest the rows of the version that the decision made; `before` those of the version it followed.
 */
export function takeBack(
  schema: MappingTableSchema,
  draft: readonly MappingRow[],
  versions: { newest: readonly MappingRow[]; before: readonly MappingRow[] },
  ids: readonly string[],
): { published: MappingRow[]; draft: MappingRow[] } {
  const wanted = new Set(ids);
  const earlier = new Map(versions.before.map((row) => [row.id, row]));
  const published = versions.newest.flatMap((row) => (wanted.has(row.id) ? (earlier.get(row.id) ?? []) : row));
  const decided = new Set([position(schema, decisionColumns.verdict), position(schema, decisionColumns.by)]);
  const open = (row: MappingRow): MappingRow => {
    const { note: _reason, ...rest } = row;
    return { ...rest, targets: row.targets.map((text, index) => (decided.has(index) ? '' : text)) };
  };
  return { published, draft: draft.map((row) => (wanted.has(row.id) ? open(row) : row)) };
}
