/**
 * Finds the contract line that each line of an invoice to be written bills. Procore makes the lines of an invoice from the schedule
 * of values and from the change orders attached to it; none can be invented.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { sameValue } from '../../../engine/model/updates.ts';
import { asFields, asList, asText, type JsonBody } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { jsonId } from '../writing.ts';

/** A line of an invoice as it is to be written: what it bills, and the amounts. */
export interface BilledLine {
  /** Counted from 1, for messages. */
  place: number;
  itemType: string;
  lineId: string | undefined;
  detailId: string | undefined;
  /** The change order package that brings the line into the invoice. */
  packageId?: string;
  amounts: Record<string, JsonBody>;
  /** What the line shall come to; Procore computes it. */
  net: string | undefined;
}

const amountNames = [
  'work_completed_this_period',
  'work_completed_this_period_quantity',
  'materials_presently_stored',
  'materials_presently_stored_from_previous_progress',
  'new_materials',
  'stored_materials',
  'work_completed_retainage_retained_this_period',
  'work_completed_retainage_percent_this_period',
  'work_completed_retainage_released_this_period',
  'materials_stored_retainage_currently_retained',
  'materials_stored_retainage_percent_this_period',
  'subcontractor_claimed_amount',
  'status',
  'comment',
] as const;

const amountsOf = (line: Fields): Record<string, JsonBody> => {
  const given = amountNames.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]] as const]));
  return Object.fromEntries(given);
};

const rowsIn = (row: Fields | undefined, name: string): Fields[] =>
  (asList(row?.[name]) ?? []).map((item) => asFields(item) ?? {});

const bases = { WorkOrderContract: 'work_order_contracts', PurchaseOrderContract: 'purchase_order_contracts' } as const;

/** The contract of an invoice, whole. Which of the two kinds it is, only asking tells, where the value does not say it. */
async function contractOf(client: ProcoreClient, projectId: string, value: Fields): Promise<Fields> {
  const contractId = asText(value.commitment_id) ?? '';
  const kinds = Object.entries(bases).flatMap(([kind, base]) =>
    asText(value.commitment_type) === undefined || value.commitment_type === kind ? [base] : [],
  );
  for (const base of contractId === '' ? [] : kinds) {
    const { value: answer, status } = await client.http.get(path`/rest/v1.0/${base}/${contractId}`, {
      operation: `read contract ${contractId}`,
      query: { project_id: projectId },
      accept: [404],
    });
    const contract = status === 404 ? undefined : asFields(answer);
    if (contract !== undefined) return contract;
  }
  throw new AppError('data.badValue', `The project has no contract ${contractId || 'without an id'} to be invoiced.`, {
    fields: { commitment_id: 'is no contract of the project' },
  });
}

/** Lines of the approved change orders of a contract, with the package each comes from. */
async function changedLines(client: ProcoreClient, projectId: string, contract: Fields): Promise<Map<Fields, string>> {
  const lines = new Map<Fields, string>();
  for (const { id, status } of rowsIn(contract, 'change_order_packages')) {
    const packageId = asText(id);
    if (packageId === undefined || asText(status)?.toLowerCase() !== 'approved') continue;
    const { value } = await client.http.get(path`/rest/v1.0/change_order_packages/${packageId}`, {
      operation: `read change order package ${packageId}`,
      query: { project_id: projectId },
    });
    for (const line of rowsIn(asFields(value), 'line_items')) lines.set(line, packageId);
  }
  return lines;
}

/** Whether a contract line is the one that an invoice line names: by id, else by number, else by code. */
function names(line: Fields, candidate: Fields): boolean {
  const id = asText(line.line_item_id);
  if (id !== undefined) return id === asText(candidate.id);
  const number = asText(line.line_number);
  if (number !== undefined) return number === asText(candidate.position);
  const flat = asText(asFields(line.wbs_code)?.flat_code);
  if (flat !== undefined) return flat === asText(asFields(candidate.wbs_code)?.flat_code);
  const [code, type] = [asText(asFields(line.cost_code)?.full_code), asText(asFields(line.line_item_type)?.code)];
  return (
    code !== undefined &&
    code === asText(asFields(candidate.cost_code)?.full_code) &&
    (type === undefined || type === asText(asFields(candidate.line_item_type)?.code))
  );
}

const unknownLine = (place: number, what: string): AppError =>
  new AppError('data.badValue', `Line ${place} of the invoice ${what}.`, {
    fields: { [`items[${place}].line_item_id`]: what },
    hint: 'Name the contract line by its id or its line number; an invoice can bill no other lines than those of its contract.',
  });

/** Lines that are billed whole or by the subcontractor's own breakdown are named by their ids alone. */
const byIdAlone = new Set(['contract_detail_item', 'whole_change_order_item']);

/**
 * The contract lines that the lines of a value bill. Nothing is written.
 * @throws AppError data.badValue where a line names none, several, or the same one as another line.
 */
export async function billedLines(client: ProcoreClient, projectId: string, value: Fields): Promise<BilledLine[]> {
  const lines = rowsIn(value, 'items');
  if (lines.length === 0) return [];
  const contract = await contractOf(client, projectId, value);
  const schedule = rowsIn(contract, 'line_items');
  let changed: Map<Fields, string> | undefined;
  const billed: BilledLine[] = [];
  for (const [index, line] of lines.entries()) {
    const place = index + 1;
    const { item_type: given = null, net_amount: net = null } = line;
    const kept = { place, amounts: amountsOf(line), net: asText(net) };
    if (byIdAlone.has(asText(given) ?? '')) {
      const ids = { lineId: asText(line.line_item_id), detailId: asText(line.detail_line_item_id) };
      billed.push({ ...kept, ...ids, itemType: asText(given) ?? '' });
      continue;
    }
    let hits = given === 'change_order_item' ? [] : schedule.filter((candidate) => names(line, candidate));
    if (hits.length === 0 && given !== 'contract_item') {
      changed ??= await changedLines(client, projectId, contract);
      hits = [...changed.keys()].filter((candidate) => names(line, candidate));
    }
    const [hit] = hits;
    if (hit === undefined) throw unknownLine(place, 'bills a line that the contract does not have');
    if (hits.length > 1) throw unknownLine(place, `may bill any of ${hits.length} lines of the contract`);
    const packageId = changed?.get(hit);
    const itemType = packageId === undefined ? 'contract_item' : 'change_order_item';
    const source = packageId === undefined ? {} : { packageId };
    billed.push({ ...kept, ...source, itemType, lineId: asText(hit.id), detailId: undefined });
  }
  return distinct(billed);
}

/** The same lines, when no two are one: the second would overwrite the first. */
function distinct(lines: BilledLine[]): BilledLine[] {
  const first = new Map<string, number>();
  for (const { itemType, lineId, detailId, place } of lines) {
    const key = `${itemType} ${lineId} ${detailId}`;
    const earlier = first.get(key);
    if (earlier !== undefined) throw unknownLine(place, `bills the same contract line as line ${earlier}`);
    first.set(key, place);
  }
  return lines;
}

/** The line of an invoice in Procore that a billed line stands for. */
export const itemOf = (line: BilledLine, items: readonly Fields[]): Fields | undefined =>
  items.find(
    (item) =>
      asText(item.item_type) === line.itemType &&
      (line.lineId === undefined || asText(item.line_item_id) === line.lineId) &&
      (line.detailId === undefined || asText(item.detail_line_item_id) === line.detailId),
  );

/** A line for the create of version 1.1. */
export const createdItem = ({ itemType, lineId, detailId, amounts }: BilledLine): Record<string, JsonBody> => ({
  item_type: itemType,
  ...(lineId === undefined ? {} : { line_item_id: jsonId(lineId) }),
  ...(detailId === undefined ? {} : { detail_line_item_id: jsonId(detailId) }),
  ...amounts,
});

/** What a line had before this period: where it starts from again once nothing of it is billed. */
const beforeNames = {
  materials_presently_stored: 'materials_presently_stored_from_previous_progress',
  materials_stored_retainage_currently_retained: 'materials_stored_retainage_from_previous_application',
} as const;
/** What a line has of this period alone. */
const ofPeriod = ['work_completed_this_period', 'work_completed_retainage_released_this_period', 'new_materials'];

/** What has to be written so that a line bills nothing in this period: neither work nor materials, nor retainage let go. */
function untouched(item: Fields): Record<string, JsonBody> {
  const reset: Record<string, JsonBody> = {};
  for (const name of ofPeriod) if (!sameValue(item[name] ?? '0', '0')) reset[name] = '0.00';
  for (const [name, before] of Object.entries(beforeNames)) {
    const amount = item[before] ?? null;
    if (amount !== null && !sameValue(item[name] ?? '0', amount as string)) reset[name] = amount;
  }
  return Object.keys(reset).length === 0
    ? reset
    : { ...reset, work_completed_this_period: '0.00', work_completed_retainage_retained_this_period: '0.00' };
}

/** What has to be written so that the invoice's lines are those billed; lines no longer billed lose what this period gave them. */
export function itemChanges(lines: readonly BilledLine[], items: readonly Fields[]): Record<string, JsonBody>[] {
  const changes: Record<string, JsonBody>[] = [];
  const billed = new Set<Fields>();
  for (const line of lines) {
    const item = itemOf(line, items);
    if (item === undefined) throw unknownLine(line.place, 'bills a line that Procore did not put on the invoice');
    billed.add(item);
    const differing = Object.entries(line.amounts).filter(([name, wanted]) => !sameValue(item[name], wanted as string));
    if (differing.length > 0)
      changes.push({ id: jsonId(item.id), item_type: item.item_type ?? null, ...Object.fromEntries(differing) });
  }
  for (const item of items) {
    const nothing = billed.has(item) ? {} : untouched(item);
    if (Object.keys(nothing).length > 0)
      changes.push({ id: jsonId(item.id), item_type: item.item_type ?? null, ...nothing });
  }
  return changes;
}

/** Lines that Procore computes to another amount than was expected, in words. */
export const netDifferences = (lines: readonly BilledLine[], items: readonly Fields[]): string[] =>
  lines.flatMap((line) => {
    const net = itemOf(line, items)?.net_amount;
    if (line.net === undefined || net === undefined || sameValue(net, line.net)) return [];
    return [`Line ${line.place}: Procore computes ${String(net)} net where ${line.net} was expected.`];
  });
