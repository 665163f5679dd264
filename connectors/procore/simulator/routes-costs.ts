/** Routes that write direct costs and budget lines. @source fact sheet 15.17, 15.19, 18.8 */
import { setTimeout as delay } from 'node:timers/promises';
import { json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, changeRequisition, inPath, originTaken, put } from './changes.ts';
import { withFiles } from './files.ts';
import type { ProcoreRequest } from './lists.ts';
import { amountOf, bodyIn, codingOf, missing, on, projectOf, refuse } from './routes-write.ts';
import { listOf, numericId, type Row, rowOf, sumOf, textOf } from './rows.ts';
import { type ProcoreState, requisitionById, rowsOf, storedOf, takeId } from './state.ts';

const types = ['invoice', 'expense', 'payroll'];
const statuses = ['draft', 'pending', 'revise_and_resubmit', 'approved'];

/** Parallel writes to one direct cost are refused. The fault `direct-cost-busy` plays somebody else's. */
const busy = (): SimulatorAnswer => json(409, { errors: 'The direct cost is being changed by another request.' });
/** How long a write to a direct cost takes. */
const writeMs = 3;

function headerErrors(request: ProcoreRequest, fields: Row, ownId?: string): Row | undefined {
  if (fields.direct_cost_type !== undefined && !types.includes(textOf(fields.direct_cost_type) ?? ''))
    return { direct_cost_type: ['is not included in the list'] };
  if (fields.status !== undefined && !statuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  if (fields.direct_cost_type === 'invoice' && textOf(fields.invoice_number) === undefined)
    return { invoice_number: ["can't be blank"] };
  if (textOf(fields.vendor_id) !== undefined && storedOf(request.state, 'vendors', fields.vendor_id) === undefined)
    return { vendor_id: ['does not exist'] };
  return originTaken(request, 'direct-costs', fields, ownId);
}

/** Version 1.1 takes budget codes only; a cost code with a cost type is for version 1.0. @source fact sheet 15.17 */
const wantsBudgetCode = ({ path }: ProcoreRequest): boolean => path.startsWith('/rest/v1.1/');

/** Whether the company has a unit of measure. */
const hasUnit = ({ state }: ProcoreRequest, unit: string): boolean =>
  rowsOf(state, 'units').some(({ name }) => String(name).toLowerCase() === unit.toLowerCase());

/** A line with its coding, or what is wrong with it. */
function lineOf(request: ProcoreRequest, projectId: string, line: Row, position: number): Row | string {
  if (wantsBudgetCode(request) && textOf(line.wbs_code_id) === undefined) return "wbs_code_id can't be blank";
  const coding = codingOf(request, projectId, line);
  const amount = amountOf(line);
  const unit = textOf(line.uom);
  if (unit !== undefined && !hasUnit(request, unit)) return 'uom is not included in the list';
  if (coding === undefined) return 'wbs_code_id does not exist';
  if (amount === undefined) return 'amount is missing';
  const {
    wbs_code_id: _wbs,
    manual_amount: _manual,
    cost_code_id: _code,
    line_item_type_id: _type,
    direct_cost_id: _cost,
    ...fields
  } = line;
  const calculated = line.manual_amount === undefined && line.amount === undefined;
  return {
    id: takeId(request.state),
    position,
    quantity: '0.0',
    unit_cost: '0.0',
    uom: null,
    tax_code_id: null,
    origin_id: null,
    origin_data: null,
    ...fields,
    ...coding,
    extended_type: calculated ? 'calculated' : 'manual',
    amount,
    extended_amount: amount,
    total_amount: amount,
  };
}

function linesOf(request: ProcoreRequest, projectId: string, given: unknown, after: number): Row[] | Row {
  const lines: Row[] = [];
  for (const [index, line] of listOf(given).entries()) {
    const made = lineOf(request, projectId, rowOf(line), after + index + 1);
    if (typeof made === 'string') return { [`line_items[${index}]`]: [made] };
    lines.push(made);
  }
  return lines;
}

const vendorFieldsOf = (request: ProcoreRequest, vendorId: unknown): Row => {
  const vendor = storedOf(request.state, 'vendors', vendorId)?.row;
  return vendor === undefined
    ? {}
    : { vendor_id: vendor.id, vendor: { id: vendor.id, name: vendor.name }, vendor_name: vendor.name };
};

function createCost(request: ProcoreRequest): SimulatorAnswer {
  const { inner } = bodyIn(request, 'direct_cost');
  const projectId = projectOf(request);
  if (projectId === undefined) return missing();
  const errors = headerErrors(request, inner);
  if (errors !== undefined) return refuse(errors);
  if (listOf(inner.line_items).length > 100) return refuse({ line_items: ['are more than 100'] });
  const lines = linesOf(request, projectId, inner.line_items, 0);
  if (!Array.isArray(lines)) return refuse(lines);
  const isTwin = ({ vendor_id: vendor, invoice_number: number }: Row): boolean =>
    textOf(number) !== undefined && textOf(vendor) === textOf(inner.vendor_id) && number === inner.invoice_number;
  if (rowsOf(request.state, 'direct-costs', { projectId }).some(isTwin))
    request.state.notes.push(`POST ${request.path}: direct cost ${textOf(inner.invoice_number)} made twice`);
  const row: Row = {
    received_date: null,
    payment_date: null,
    invoice_number: null,
    status: 'draft',
    terms: null,
    description: null,
    vendor: null,
    vendor_id: null,
    vendor_name: null,
    employee: null,
    attachments: [],
    attachments_count: 0,
    origin_id: null,
    origin_data: null,
    currency_configuration: { currency_iso_code: 'USD' },
    deleted_at: null,
    ...inner,
    ...vendorFieldsOf(request, inner.vendor_id),
    line_items: lines,
    line_items_count: lines.length,
    grand_total: sumOf(lines.map(({ amount }) => amount)),
  };
  return json(201, put(request, 'direct-costs', { projectId, row }));
}

const locked = (row: Row): boolean => textOf(row.origin_id) !== undefined;

function patchCost(request: ProcoreRequest): SimulatorAnswer {
  const stored = inPath(request, 'direct-costs');
  const { inner } = bodyIn(request, 'direct_cost');
  if (stored === undefined || stored.projectId !== projectOf(request)) return missing();
  if (locked(stored.row))
    return refuse({ base: ['This direct cost is synced with an ERP system and cannot be changed.'] });
  const errors = headerErrors(request, inner, textOf(stored.row.id));
  if (errors !== undefined) return refuse(errors);
  const row = change(request, 'direct-costs', stored, { ...inner, ...vendorFieldsOf(request, inner.vendor_id) });
  return json(200, withFiles(request.state, row));
}

function addLine(request: ProcoreRequest): SimulatorAnswer {
  const stored = inPath(request, 'direct-costs');
  const { inner } = bodyIn(request, 'line_item');
  if (stored === undefined || stored.projectId === undefined) return missing();
  if (locked(stored.row))
    return refuse({ base: ['This direct cost is synced with an ERP system and cannot be changed.'] });
  const there = listOf(stored.row.line_items).map(rowOf);
  const made = lineOf(request, stored.projectId, inner, there.length + 1);
  if (typeof made === 'string') return refuse({ base: [made] });
  const lines = [...there, made];
  change(request, 'direct-costs', stored, {
    line_items: lines,
    line_items_count: lines.length,
    grand_total: sumOf(lines.map(({ amount }) => amount)),
  });
  return json(201, made);
}

function writeBudgetLine(request: ProcoreRequest, creating: boolean): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'budget_line_item');
  const projectId = projectOf(request, outer);
  if (projectId === undefined) return missing();
  const stored = creating ? undefined : inPath(request, 'budget-lines');
  const coding = codingOf(request, projectId, { wbs_code_id: inner.wbs_code_id ?? stored?.row.wbs_code_id });
  if (coding === undefined) return json(422, { message: 'wbs_code_id does not exist', error: 'Unprocessable Entity' });
  const wbsId = Number(rowOf(coding.wbs_code).id);
  const taken = rowsOf(request.state, 'budget-lines', { projectId }).some(
    (row) => row.wbs_code_id === wbsId && row.id !== stored?.row.id,
  );
  if (taken)
    return json(422, { message: 'The budget already has a line for this code', error: 'Unprocessable Entity' });
  const costCode = rowOf(coding.cost_code);
  const type = rowOf(coding.line_item_type);
  const row: Row = {
    project_id: numericId(projectId),
    company_id: numericId(request.state.companyId),
    budget_modifications: '0.00',
    currency_configuration: { currency_iso_code: 'USD' },
    biller_type: 'Project',
    ...stored?.row,
    ...inner,
    wbs_code_id: wbsId,
    cost_code_id: costCode.id,
    cost_code: `${textOf(costCode.full_code)} - ${textOf(costCode.name)}`,
    category_id: type.id,
    category: type.name,
  };
  const { id } = put(request, 'budget-lines', { projectId, row });
  const { original_budget_amount: amount, uom = null, quantity = null, unit_cost = null, currency_configuration } = row;
  return json(creating ? 201 : 200, {
    ...{ id, uom, quantity, unit_cost, currency_configuration, wbs_code: coding.wbs_code },
    calculation_strategy: row.calculation_strategy ?? 'automatic',
    original_budget_amount: JSON.rawJSON(textOf(amount) ?? '0'),
  });
}

const writable = [
  ...['payment_date', 'status', 'billing_date', 'submitted_at', 'invoice_number', 'final', 'origin_id', 'origin_data'],
  ...['period_id', 'requisition_start', 'requisition_end'],
];

/** Project and contract must be named beside the fields; a bad date is stored as null, as Procore does. */
function patchRequisition(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'requisition');
  const id = textOf(request.params.id) ?? '';
  const stored = requisitionById(request.state, id);
  if (stored === undefined || stored.projectId !== projectOf(request, outer)) return missing();
  if (textOf(outer.commitment_id) !== textOf(stored.row.commitment_id))
    return json(400, { errors: { commitment_id: ['is required'] } });
  if (locked(stored.row)) return refuse({ base: ['This invoice is synced with an ERP system and cannot be changed.'] });
  const fields = Object.fromEntries(Object.entries(inner).filter(([name]) => writable.includes(name)));
  changeRequisition(request, id, fields);
  return json(200, requisitionById(request.state, id)?.row);
}

/**
 * Runs a write unless the direct cost is busy: a write takes some milliseconds, and a second one to the same cost meanwhile is
 * refused, as Procore does.
 */
const unlessBusy =
  (write: (request: ProcoreRequest) => SimulatorAnswer) =>
  async (request: ProcoreRequest): Promise<SimulatorAnswer> => {
    const { costsUnderWay } = request.state;
    const id = textOf(request.params.id);
    if (id !== undefined && costsUnderWay.has(id)) return busy();
    if (request.marks.has('direct-cost-busy')) return busy();
    if (id === undefined) return write(request);
    costsUnderWay.add(id);
    try {
      await delay(writeMs);
      return write(request);
    } finally {
      costsUnderWay.delete(id);
    }
  };

/** Writing routes of direct costs and budget lines. */
export const costRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  on('POST', '/rest/v1.1/projects/:project/direct_costs', unlessBusy(createCost)),
  on('PATCH', '/rest/v1.1/projects/:project/direct_costs/:id', unlessBusy(patchCost)),
  on('POST', '/rest/v1.0/projects/:project/direct_costs/:id/line_items', unlessBusy(addLine)),
  on('PATCH', '/rest/v1.1/requisitions/:id', patchRequisition),
  on('POST', '/rest/v1.1/budget_line_items', (request) => writeBudgetLine(request, true)),
  on('PATCH', '/rest/v1.1/budget_line_items/:id', (request) => writeBudgetLine(request, false)),
];
