/** Routes that make, change and delete subcontractor invoices. @source fact sheet 15.15, 18.8; refusals of a create are assumed */
import { tryParse } from '../../../engine/model/decimal.ts';
import { empty, json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { changeRequisition, originTaken, put, removeRequisition } from './changes.ts';
import type { ProcoreRequest } from './lists.ts';
import { enteredItem, freshItem, itemsOf, linesBefore, settledItem, summaryOf } from './requisition-items.ts';
import { bodyIn, missing, on, projectOf, refuse } from './routes-write.ts';
import { listOf, numericId, type Row, rowOf, type Stored, sumOf, textOf } from './rows.ts';
import { type ProcoreState, requisitionById, requisitionsOf, rowsOf, storedOf, takeId } from './state.ts';

const openStatus = ['draft', 'under_review', 'revise_and_resubmit'];
const statuses = [...openStatus, 'pending_owner_approval', 'approved', 'approved_as_noted'];
const itemTypes = ['contract_item', 'contract_detail_item', 'change_order_item', 'whole_change_order_item'];
const amounts = [
  'work_completed_this_period',
  'materials_presently_stored',
  'work_completed_retainage_retained_this_period',
  'work_completed_retainage_released_this_period',
  'materials_stored_retainage_currently_retained',
];

/** Invoices of a contract by their running number, oldest first. */
function invoicesOf(state: ProcoreState, projectId: string, contractId: string): Row[] {
  const source = requisitionsOf(state, projectId);
  return Array.from({ length: source.length }, (_, index) => source.at(index))
    .filter((row) => textOf(row.commitment_id) === contractId)
    .sort((a, b) => Number(a.number) - Number(b.number));
}

const beforeOf = (state: ProcoreState, row: Row): Row | undefined => {
  const id = textOf(row.previous_requisition_id);
  return id === undefined ? undefined : requisitionById(state, id)?.row;
};

/** What is wrong with lines that were sent, by place. */
function itemErrors(sent: readonly Row[], find: (item: Row) => Row | undefined): Row | undefined {
  for (const [index, item] of sent.entries()) {
    const wrong = (name: string, text: string): Row => ({ [`items[${index}].${name}`]: [text] });
    if (!itemTypes.includes(textOf(item.item_type) ?? '')) return wrong('item_type', 'is not included in the list');
    if (find(item) === undefined) return wrong('line_item_id', 'is not on this invoice');
    for (const name of amounts) {
      const given = textOf(item[name]);
      if (given !== undefined && tryParse(given) === undefined) return wrong(name, 'is not a number');
    }
  }
  return undefined;
}

/** The invoice with other lines: totals and summary follow. */
function withItems(state: ProcoreState, row: Row, items: readonly Row[]): Row {
  const contract = storedOf(state, 'contracts', row.commitment_id)?.row ?? {};
  const period = `${textOf(row.requisition_start)} - ${textOf(row.requisition_end)}`;
  const summary = summaryOf(items, contract, beforeOf(state, row), period);
  const total = Number(summary.contract_sum_to_date);
  const percent = total === 0 ? 0 : (Number(summary.total_completed_and_stored_to_date) / total) * 100;
  return {
    items,
    summary,
    percent_complete: `${percent.toFixed(2)}%`,
    total_claimed_amount: sumOf(items.map(({ gross_amount: gross }) => gross)),
  };
}

/** Lines of the contract, and of the change orders that the invoice before had. */
function generated(request: ProcoreRequest, contract: Stored, before: Row | undefined): Row[] {
  const { state } = request;
  const contractId = textOf(contract.row.id) ?? '';
  const earlier = linesBefore(before);
  const percent = contract.row.retainage_percent;
  const fresh = (type: string, line: Row): Row => {
    const old = earlier({ item_type: type, line_item_id: line.id });
    return settledItem(freshItem(takeId(state), type, line, percent, old), old);
  };
  const lines = rowsOf(state, 'contract-lines', { parentId: contractId }).map((line) => fresh('contract_item', line));
  const changes = rowsOf(state, 'change-order-packages', { parentId: contractId })
    .flatMap((change) => listOf(change.line_items).map(rowOf))
    .filter((line) => earlier({ item_type: 'change_order_item', line_item_id: line.id }) !== undefined);
  return [...lines, ...changes.map((line) => fresh('change_order_item', line))];
}

function createErrors(request: ProcoreRequest, projectId: string, contract: Stored, fields: Row): Row | undefined {
  const { state } = request;
  const period = storedOf(state, 'billing-periods', fields.period_id);
  if (period === undefined || period.projectId !== projectId) return { period_id: ['does not exist in this project'] };
  if (!['Approved', 'Complete'].includes(textOf(contract.row.status) ?? ''))
    return { base: ['The contract is not approved.'] };
  if (contract.row.requisitions_are_enabled === false)
    return { base: ['Subcontractor invoices are not enabled for this contract.'] };
  const open = invoicesOf(state, projectId, textOf(contract.row.id) ?? '').some(
    (row) => textOf(row.period_id) === textOf(fields.period_id) && openStatus.includes(textOf(row.status) ?? ''),
  );
  if (open) return { base: ['The contract already has an open invoice in this billing period.'] };
  if (fields.status !== undefined && !statuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  return originTaken(request, 'requisitions', fields);
}

/** The header of a new invoice: what was sent, and what follows from contract and billing period. */
function headerOf(state: ProcoreState, contract: Stored, projectId: string, fields: Row, before: Row | undefined): Row {
  const period = storedOf(state, 'billing-periods', fields.period_id)?.row;
  const vendor = storedOf(state, 'vendors', rowOf(contract.row.vendor).id)?.row;
  const { items: _items, ...header } = fields;
  return {
    invoice_number: null,
    billing_date: null,
    submitted_at: null,
    payment_date: null,
    final: false,
    origin_id: null,
    origin_data: null,
    requisition_start: period?.start_date,
    requisition_end: period?.end_date,
    status: 'draft',
    ...header,
    period_id: numericId(textOf(fields.period_id) ?? '0'),
    previous_requisition_id: before?.id ?? null,
    project_id: numericId(projectId),
    commitment_id: contract.row.id,
    commitment_type: contract.row.type,
    contract_name: `${textOf(contract.row.number)} - ${textOf(contract.row.title) ?? ''}`,
    vendor_id: vendor?.id ?? null,
    vendor_name: vendor?.name ?? null,
    number: Number(before?.number ?? 0) + 1,
    invoice_type: null,
    erp_status: null,
    deletable: true,
    created_by: null,
    attachments: [],
    custom_fields: {},
    currency_configuration: contract.row.currency_configuration ?? {},
  };
}

function createRequisition(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'requisition');
  const { state } = request;
  const projectId = projectOf(request, outer);
  if (projectId === undefined) return json(400, { errors: { project_id: ['is required'] } });
  const contract = storedOf(state, 'contracts', outer.commitment_id);
  if (contract === undefined || contract.projectId !== projectId) return missing();
  const errors = createErrors(request, projectId, contract, inner);
  if (errors !== undefined) return refuse(errors);
  const before = invoicesOf(state, projectId, textOf(contract.row.id) ?? '').at(-1);
  const sent = listOf(inner.items).map(rowOf);
  const lines = generated(request, contract, before);
  const lineOf = (item: Row): Row | undefined =>
    lines.find((line) => line.item_type === item.item_type && String(line.line_item_id) === textOf(item.line_item_id));
  const wrong = itemErrors(sent, lineOf);
  if (wrong !== undefined) return refuse(wrong);
  const earlier = linesBefore(before);
  const items = lines.map((line) => {
    const entered = sent.find((item) => lineOf(item) === line);
    return entered === undefined ? line : enteredItem(line, entered, earlier(line));
  });
  const header = headerOf(state, contract, projectId, inner, before);
  const row = { ...header, ...withItems(state, header, items) };
  const made = put(request, 'requisitions', { projectId, parentId: textOf(contract.row.id) ?? '', row });
  return json(201, shown(request, made));
}

/** An answer carries lines only where the view asks for them. */
function shown(request: ProcoreRequest, row: Row): Row {
  const view = request.query.get('view') ?? 'default';
  if (view === 'items' || view === 'extended') return row;
  const { items: _items, item_packages: _packages, ...rest } = row;
  return rest;
}

const isLocked = (row: Row): boolean => textOf(row.origin_id) !== undefined;
const locked = (): SimulatorAnswer =>
  refuse({ base: ['This invoice is synced with an ERP system and cannot be changed.'] });

/** The invoice in the path, of the project in the query. */
const invoiceIn = (request: ProcoreRequest): Stored | undefined => {
  const stored = requisitionById(request.state, textOf(request.params.id) ?? '');
  return stored?.projectId === projectOf(request) ? stored : undefined;
};

/** Changes lines by their ids; the answer has no body. */
function updateItems(request: ProcoreRequest): SimulatorAnswer {
  const stored = invoiceIn(request);
  if (stored === undefined) return missing();
  if (isLocked(stored.row)) return locked();
  const sent = listOf(rowOf(request.exactJson()).requisition_items).map(rowOf);
  const lines = itemsOf(stored.row);
  const lineOf = (item: Row): Row | undefined =>
    lines.find((line) => line.item_type === item.item_type && String(line.id) === textOf(item.id));
  const wrong = itemErrors(sent, lineOf);
  if (wrong !== undefined) return refuse(wrong);
  const earlier = linesBefore(beforeOf(request.state, stored.row));
  const items = lines.map((line) => {
    const entered = sent.find((item) => lineOf(item) === line);
    return entered === undefined ? line : enteredItem(line, entered, earlier(line));
  });
  changeRequisition(request, textOf(stored.row.id) ?? '', withItems(request.state, stored.row, items));
  return json(200, null);
}

/** Puts the lines of an approved change order on the invoice. */
function addPackage(request: ProcoreRequest): SimulatorAnswer {
  const stored = invoiceIn(request);
  const change = storedOf(request.state, 'change-order-packages', request.query.get('change_order_package_id'));
  if (stored === undefined || change === undefined) return missing();
  if (request.query.get('commitment_id') !== textOf(stored.row.commitment_id))
    return json(400, { errors: { commitment_id: ['is required'] } });
  if (isLocked(stored.row)) return locked();
  if (textOf(change.row.contract_id) !== textOf(stored.row.commitment_id))
    return refuse({ base: ['The change order belongs to another contract.'] });
  if (change.row.status !== 'approved') return refuse({ base: ['The change order is not approved.'] });
  const there = itemsOf(stored.row);
  const lines = listOf(change.row.line_items).map(rowOf);
  if (there.some((item) => item.item_type === 'change_order_item' && lines.some(({ id }) => id === item.line_item_id)))
    return refuse({ base: ['The change order is already on this invoice.'] });
  const percent = storedOf(request.state, 'contracts', stored.row.commitment_id)?.row.retainage_percent;
  const added = lines.map((line) =>
    settledItem(freshItem(takeId(request.state), 'change_order_item', line, percent, undefined), undefined),
  );
  changeRequisition(request, textOf(stored.row.id) ?? '', withItems(request.state, stored.row, [...there, ...added]));
  return json(201, added);
}

/** Only the latest invoice of a contract goes, and only while it is open. */
function deleteRequisition(request: ProcoreRequest): SimulatorAnswer {
  const stored = invoiceIn(request);
  if (stored === undefined) return missing();
  const { row, projectId = '' } = stored;
  const id = textOf(row.id) ?? '';
  const latest = invoicesOf(request.state, projectId, textOf(row.commitment_id) ?? '').at(-1);
  if (isLocked(row)) return locked();
  if (textOf(latest?.id) !== id || !openStatus.includes(textOf(row.status) ?? ''))
    return refuse({ base: ['Only the latest invoice of a contract can be deleted, and only while it is open.'] });
  removeRequisition(request, id);
  return empty(204);
}

/** The due date is the only payment detail; no read shows it. */
function updateDetails(request: ProcoreRequest): SimulatorAnswer {
  const stored = invoiceIn(request);
  if (stored === undefined) return missing();
  const given = textOf(rowOf(request.exactJson()).due_date);
  const due = given !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(given) ? given : null;
  request.state.dueDates.set(textOf(stored.row.id) ?? '', due);
  return json(200, { data: { due_date: due } });
}

const path = '/rest/v1.1/requisitions';

/** Writing routes of subcontractor invoices. */
export const requisitionRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  on('POST', path, createRequisition),
  on('DELETE', `${path}/:id`, deleteRequisition),
  on('PATCH', '/rest/v1.0/requisitions/:id/bulk_item_update', updateItems),
  on('POST', '/rest/v1.0/requisitions/:id/add_change_order_package', addPackage),
  on('PATCH', '/rest/v2.0/companies/:company/projects/:project/requisitions/:id/payment_details', updateDetails),
];
