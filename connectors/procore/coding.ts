/**
 * Gives invoice lines the cost code and cost type that Procore leaves out: the cost code by its id, the cost type from the budget
 * code or, where there is none, from the contract line. Lists are read once per client and only when a line needs them.
 */
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Scope, Value } from '../../engine/model/record.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import { path } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';
import { cachedList, type Listing } from './pages.ts';

/** The contract an invoice belongs to. */
export interface ContractPlace {
  type: string | undefined;
  id: string | undefined;
}

const costCodesOf = (scope: Scope): Listing => ({
  path: '/rest/v1.0/cost_codes',
  operation: `list the cost codes of ${scope.label}`,
  query: { project_id: scope.id },
});

const costTypesOf = (client: ProcoreClient): Listing => ({
  path: '/rest/v1.0/line_item_types',
  operation: 'list the cost types',
  query: { company_id: client.companyId },
});

/** The lines of a contract; undefined where the invoice does not say which contract. */
function contractLinesOf(contract: ContractPlace, scope: Scope): Listing | undefined {
  if (contract.id === undefined) return undefined;
  const base =
    contract.type === 'PurchaseOrderContract'
      ? path`/rest/v1.0/purchase_order_contracts/${contract.id}/line_items`
      : path`/rest/v1.0/work_order_contracts/${contract.id}/line_items`;
  return { path: base, operation: `list the lines of contract ${contract.id}`, query: { project_id: scope.id } };
}

/** Lines of a contract; none where it was deleted or is hidden, which must not keep its project's invoices from being read. */
async function linesOfContract(
  client: ProcoreClient,
  listing: Listing,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Fields>> {
  try {
    return await cachedList(client, listing, signal);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.kind === 'rejected') return new Map();
    throw thrown;
  }
}

const brief = (row: Fields | undefined, names: readonly string[]): Value =>
  row === undefined ? null : Object.fromEntries(names.map((name) => [name, row[name] ?? null]));

/**
 * Code of the cost type inside a budget code: the segment of that type where segments are given, else the part of the flat code
 * that is not the cost code and names a cost type.
 * @source fact sheet: 15.6, flat codes are item codes joined by a delimiter, `.` unless the company chose another
 */
export function costTypeCode(
  wbsCode: Value | undefined,
  fullCode: string | undefined,
  types: ReadonlySet<string>,
): string | undefined {
  const fields = asFields(wbsCode);
  const segments = asList(fields?.segment_items)?.map(asFields) ?? [];
  const segment = segments.find((item) => asFields(item?.segment)?.type === 'line_item_type');
  if (segment !== undefined) return asText(segment?.code);
  const flat = asText(fields?.flat_code);
  if (flat === undefined) return undefined;
  const rest = fullCode !== undefined && flat.startsWith(fullCode) ? flat.slice(fullCode.length) : flat;
  return rest
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .reverse()
    .find((part) => types.has(part));
}

const costCodeParts = ['id', 'code', 'full_code', 'name', 'origin_id'] as const;

/** Whether a code stands in a flat code with nothing but delimiters around it. */
function standsIn(flat: string, code: string): boolean {
  const isEdge = (place: number): boolean => !/[\p{L}\p{N}]/u.test(flat.charAt(place));
  for (let at = code === '' ? -1 : flat.indexOf(code); at >= 0; at = flat.indexOf(code, at + 1))
    if (isEdge(at - 1) && isEdge(at + code.length)) return true;
  return false;
}

/**
 * The cost code inside a budget code, for lines that name none: the longest full code that stands in the flat code with nothing but
 * delimiters around it. None where two of that length do, such as a sub job that is numbered like a cost code: money is not guessed.
 */
export function costCodeIn(wbsCode: Value | undefined, costCodes: Iterable<Fields>): Fields | undefined {
  const flat = asText(asFields(wbsCode)?.flat_code) ?? '';
  let longest = '';
  let hits: Fields[] = [];
  for (const row of costCodes) {
    const full = asText(row.full_code) ?? '';
    if (full.length < longest.length || !standsIn(flat, full)) continue;
    if (full.length > longest.length) hits = [];
    longest = full;
    hits.push(row);
  }
  const [first] = hits;
  return hits.every((row) => row.full_code === first?.full_code) ? first : undefined;
}

/** Lines with `cost_code` and `line_item_type` added; both null where Procore does not know them any more. */
export async function completeCoding(
  client: ProcoreClient,
  lines: readonly Fields[],
  contract: ContractPlace,
  scope: Scope,
  signal: AbortSignal,
): Promise<Fields[]> {
  if (lines.length === 0) return [];
  const costCodes = await cachedList(client, costCodesOf(scope), signal);
  const types = [...(await cachedList(client, costTypesOf(client), signal)).values()];
  const byCode = new Map(types.map((type) => [asText(type.code) ?? '', type]));
  const known = new Set(byCode.keys());
  let contractLines: ReadonlyMap<string, Fields> | undefined;
  const completed: Fields[] = [];
  for (const line of lines) {
    const codeId = asText(line.cost_code_id);
    const costCode = codeId === undefined ? costCodeIn(line.wbs_code, costCodes.values()) : costCodes.get(codeId);
    let type = byCode.get(costTypeCode(line.wbs_code, asText(costCode?.full_code), known) ?? '');
    const lineId = asText(line.line_item_id);
    const listing = contractLinesOf(contract, scope);
    if (type === undefined && lineId !== undefined && listing !== undefined && line.item_type !== 'change_order_item') {
      contractLines ??= await linesOfContract(client, listing, signal);
      type = asFields(contractLines.get(lineId)?.line_item_type);
    }
    completed.push({
      ...line,
      cost_code: asFields(line.cost_code) ?? brief(costCode, costCodeParts),
      line_item_type:
        asFields(line.line_item_type) ?? brief(type, ['id', 'name', 'code', 'base_type', 'origin_id', 'origin_data']),
    });
  }
  return completed;
}

/** The budget codes of a project by id, read once per client. */
export async function budgetCodes(client: ProcoreClient, projectId: string): Promise<ReadonlyMap<string, Fields>> {
  const listing = {
    path: path`/rest/v1.0/projects/${projectId}/work_breakdown_structure/wbs_codes`,
    operation: 'list the budget codes',
  };
  return await cachedList(client, listing, client.context.signal);
}

/** Code text as two people would type it alike: no case, no spaces. */
const plain = (text: string | undefined): string => (text ?? '').replace(/\s+/g, '').toLowerCase();

/**
 * The budget code a line to be written means: its id where given, else the combination of cost code and cost type.
 * @throws AppError data.badValue where the project has no such combination.
 */
export async function budgetCodeOf(
  client: ProcoreClient,
  line: Fields,
  projectId: string,
  which: string,
): Promise<string> {
  const given = asText(line.wbs_code_id) ?? asText(asFields(line.wbs_code)?.id);
  if (given !== undefined) return given;
  const costCode = asFields(line.cost_code);
  const type = asFields(line.line_item_type);
  const flat =
    asText(asFields(line.wbs_code)?.flat_code) ?? `${asText(costCode?.full_code) ?? ''}.${asText(type?.code) ?? ''}`;
  for (const [id, code] of await budgetCodes(client, projectId))
    if (plain(asText(code.flat_code)) === plain(flat)) return id;
  throw new AppError('data.badValue', `${which} names the budget code “${flat}”, which the project does not have.`, {
    fields: { wbs_code_id: `“${flat}” is not in the project` },
    hint: 'Add the combination of cost code and cost type to the project’s budget in Procore, then replay.',
  });
}
