/** Gives listed direct costs their lines: many at once through the project's list of lines, the others one by one. */
import type { Fields, Scope } from '../../../engine/model/record.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { withCostCodes } from '../coding.ts';
import { listAll } from '../pages.ts';

/** Fewer than these are read one by one: that is no more calls, and gives everything. */
const worthListing = 4;
/** Ids in one address, so that it stays below two thousand characters. */
const idsPerCall = 40;

/** Direct costs as they are shown singly: with lines, attachments and employee. */
export const wholeCosts = (
  client: ProcoreClient,
  rows: readonly Fields[],
  scope: Scope,
  signal: AbortSignal,
): Promise<Fields[]> =>
  Promise.all(
    rows.map(async (row) => {
      const costId = asText(row.id) ?? '';
      const { value } = await client.http.get(path`/rest/v1.1/projects/${scope.id}/direct_costs/${costId}`, {
        operation: `read direct cost ${costId}`,
        signal,
      });
      return { ...row, ...asFields(value), project_id: scope.id };
    }),
  );

/** The direct cost that a line of the project's list belongs to. */
const parentOf = (line: Fields): string | undefined => asText(line.direct_cost_id) ?? asText(asFields(line.holder)?.id);

async function linesOf(
  client: ProcoreClient,
  ids: readonly string[],
  scope: Scope,
  signal: AbortSignal,
): Promise<Map<string, Fields[]>> {
  const found: Fields[] = [];
  for (let from = 0; from < ids.length; from += idsPerCall) {
    const listing = {
      path: path`/rest/v1.0/projects/${scope.id}/direct_costs/line_items`,
      operation: `list the lines of the direct costs of ${scope.label}`,
      query: { 'filters[direct_cost_id][]': ids.slice(from, from + idsPerCall) },
    };
    found.push(...(await listAll(client, listing, signal)).values());
  }
  const coded = await withCostCodes(client, found, scope, signal);
  return Map.groupBy(coded, (line) => parentOf(line) ?? '');
}

const position = (line: Fields): number => Number(asText(line.position) ?? 0);

/**
 * Completes a page of direct costs. One with attachments, which the list only counts, and one whose lines did not all come are
 * read singly, so that no line can be missing.
 */
export async function withLines(
  client: ProcoreClient,
  rows: Fields[],
  scope: Scope,
  signal: AbortSignal,
): Promise<Fields[]> {
  if (rows.length < worthListing) return wholeCosts(client, rows, scope, signal);
  const lines = await linesOf(
    client,
    rows.map((row) => asText(row.id) ?? ''),
    scope,
    signal,
  );
  const complete = new Map<Fields, Fields>();
  for (const row of rows) {
    const own = lines.get(asText(row.id) ?? '') ?? [];
    const plain = asText(row.attachments_count) === '0' && asText(row.line_items_count) === String(own.length);
    if (!plain) continue;
    const line_items = own.sort((a, b) => position(a) - position(b));
    complete.set(row, { ...row, line_items, attachments: asList(row.attachments) ?? [], project_id: scope.id });
  }
  const rest = rows.filter((row) => !complete.has(row));
  for (const [index, cost] of (await wholeCosts(client, rest, scope, signal)).entries()) {
    const row = rest[index];
    if (row !== undefined) complete.set(row, cost);
  }
  return rows.map((row) => complete.get(row) ?? row);
}
