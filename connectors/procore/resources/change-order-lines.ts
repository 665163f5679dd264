/** Lines of change orders in version 2: they name the budget code only and have one amount. */
import type { Fields, Scope } from '../../../engine/model/record.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { completeCoding } from '../coding.ts';
import { listAll } from '../pages.ts';

/** Kinds of change orders, as their addresses name them. */
export type ChangeOrderKind = 'commitment_change_orders' | 'prime_change_orders';

/** Address of the lines of a change order: company and project are in it. */
export const linesPath = (client: ProcoreClient, kind: ChangeOrderKind, projectId: string, changeId: string): string =>
  path`/rest/v2.0/companies/${client.companyId}/projects/${projectId}/${kind}/${changeId}/line_items`;

/** The lines of a change order with cost code, cost type and total added. `what` names it in messages. */
export async function changeOrderLines(
  client: ProcoreClient,
  kind: ChangeOrderKind,
  changeId: string,
  what: string,
  scope: Scope,
  signal: AbortSignal,
): Promise<Fields[]> {
  const listing = { path: linesPath(client, kind, scope.id, changeId), operation: `list the lines of ${what}` };
  const lines = [...(await listAll(client, listing, signal)).values()];
  const coded = await completeCoding(client, lines, { type: undefined, id: undefined }, scope, signal);
  return coded.map((line) => ({ ...line, total_amount: line.amount ?? null }));
}
