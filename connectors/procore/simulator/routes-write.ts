/** Routes that write vendors, contracts with their lines, and payments. @source fact sheet 18.8 */
import { add, format, multiply, parse, tryParse } from '../../../engine/model/decimal.ts';
import { empty, json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put, remove } from './changes.ts';
import type { ProcoreRequest } from './lists.ts';
import { minus, numericId, type Row, rowOf, type Stored, sumOf, textOf } from './rows.ts';
import { costTypeRow } from './shapes.ts';
import { shownPayment, without } from './shapes-shown.ts';
import { codesOf, type ProcoreState, rowsOf, storedOf } from './state.ts';
import { answerSync } from './sync.ts';

type Handler = (request: ProcoreRequest) => SimulatorAnswer | Promise<SimulatorAnswer>;
export const on = (method: string, pattern: string, handler: Handler): SimulatorRoute<ProcoreState> =>
  route<ProcoreState>(method, pattern, handler);

export const refuse = (errors: Row): SimulatorAnswer => json(422, { errors });
export const missing = (): SimulatorAnswer => json(404, { errors: 'Not Found' });

const isDate = (name: string): boolean =>
  name === 'date' || (name.endsWith('_date') && name !== 'approval_letter_date');

/** A day as stored: what is none becomes null without a word, as Procore does. */
const dayOf = (value: unknown): unknown => (/^\d{4}-\d{2}-\d{2}$/.test(textOf(value) ?? '') ? value : null);

/** Body with numbers as text, unwrapped from the resource's name. */
export const bodyIn = (request: ProcoreRequest, wrapper: string): { outer: Row; inner: Row } => {
  const outer = rowOf(request.exactJson());
  const given = Object.entries(rowOf(outer[wrapper]));
  return {
    outer,
    inner: Object.fromEntries(given.map(([name, value]) => [name, isDate(name) ? dayOf(value) : value])),
  };
};

/** A project that exists, named in the body, the query or the path. */
export function projectOf(request: ProcoreRequest, outer: Row = {}): string | undefined {
  const id = textOf(outer.project_id) ?? request.query.get('project_id') ?? /\/projects\/(\d+)/.exec(request.path)?.[1];
  return id !== undefined && request.state.tables.projects.has(id) ? id : undefined;
}

function vendorErrors(request: ProcoreRequest, fields: Row, ownId?: string): Row | undefined {
  if (textOf(fields.name)?.trim() === '' || (ownId === undefined && textOf(fields.name) === undefined))
    return { name: ["can't be blank"] };
  return originTaken(request, 'vendors', fields, ownId);
}

function vendorRowOf(fields: Row): Row {
  const { business_register_attributes: register, ...rest } = fields;
  return {
    ...rest,
    ...(register === undefined ? {} : { business_register: register }),
    ...(fields.name === undefined ? {} : { company: fields.name }),
    synced_to_erp: textOf(fields.origin_id) !== undefined,
  };
}

const freshVendor: Row = { is_active: true, origin_id: null, origin_code: null, origin_data: null, project_ids: [] };

const vendorRoutes = [
  on('POST', '/rest/v1.0/vendors', (request) => {
    const { inner } = bodyIn(request, 'vendor');
    const errors = vendorErrors(request, inner);
    return errors === undefined
      ? json(201, put(request, 'vendors', { row: { ...freshVendor, ...vendorRowOf(inner) } }))
      : refuse(errors);
  }),
  on('PATCH', '/rest/v1.0/vendors/sync', (request) =>
    answerSync(request, 'vendors', (row, existing) => {
      const ownId = textOf(existing?.row.id);
      const errors = vendorErrors(request, row, ownId);
      if (errors !== undefined) return { errors };
      const { id: _id, ...fields } = vendorRowOf(row);
      return {
        entity:
          existing === undefined
            ? put(request, 'vendors', { row: { ...freshVendor, ...fields } })
            : change(request, 'vendors', existing, fields),
      };
    }),
  ),
  on('PATCH', '/rest/v1.0/vendors/:id', (request) => {
    const stored = inPath(request, 'vendors');
    const { inner } = bodyIn(request, 'vendor');
    if (stored === undefined) return missing();
    const errors =
      inner.name === undefined ? { name: ["can't be blank"] } : vendorErrors(request, inner, textOf(stored.row.id));
    return errors === undefined
      ? json(200, change(request, 'vendors', stored, { ...vendorRowOf({ ...stored.row, ...inner }) }))
      : refuse(errors);
  }),
];

/** A cost code and cost type by their ids or by the budget code's; undefined where the project has no such combination. */
export function codingOf(request: ProcoreRequest, projectId: string, line: Row): Row | undefined {
  const { state } = request;
  const codes = codesOf(state, 'wbs-codes', projectId);
  const costCodes = codesOf(state, 'cost-codes', projectId);
  const typeId = textOf(line.line_item_type_id);
  const type = state.company.costTypes.find(({ id }) => id === typeId);
  const fullCode = Array.from({ length: costCodes.length }, (_, index) => costCodes.at(index)).find(
    ({ id }) => String(id) === textOf(line.cost_code_id),
  )?.full_code;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes.at(index);
    const [flat, wanted] = [textOf(code.flat_code) ?? '', `${textOf(fullCode) ?? ''}.${type?.code ?? ''}`];
    const hit = textOf(line.wbs_code_id) === undefined ? flat === wanted : String(code.id) === textOf(line.wbs_code_id);
    if (!hit) continue;
    const typeCode = flat.slice(flat.lastIndexOf('.') + 1);
    const full = flat.slice(0, flat.lastIndexOf('.'));
    const costCode = Array.from({ length: costCodes.length }, (_, place) => costCodes.at(place)).find(
      (row) => row.full_code === full,
    );
    const found = state.company.costTypes.find((candidate) => candidate.code === typeCode);
    return {
      wbs_code: { id: code.id, flat_code: flat, description: code.description },
      cost_code:
        costCode === undefined
          ? null
          : { id: costCode.id, code: costCode.code, full_code: full, name: costCode.name, origin_id: null },
      line_item_type: found === undefined ? null : costTypeRow(found),
    };
  }
  return undefined;
}

/** Amount of a line: as entered, or quantity times price. */
export function amountOf(line: Row): string | undefined {
  const given = tryParse(textOf(line.manual_amount) ?? textOf(line.amount) ?? '');
  if (given !== undefined && line.extended_type !== 'calculated') return format(given, 2);
  const [quantity, price] = [tryParse(textOf(line.quantity) ?? ''), tryParse(textOf(line.unit_cost) ?? '')];
  return quantity === undefined || price === undefined ? undefined : format(multiply(quantity, price), 2);
}

const lockedContract = new Set(['Approved', 'Complete']);

/** Totals follow lines, change orders and payments. */
export function recompute(request: ProcoreRequest, contractId: string): void {
  const stored = storedOf(request.state, 'contracts', contractId);
  if (stored === undefined) return;
  const grand = sumOf(rowsOf(request.state, 'contract-lines', { parentId: contractId }).map((row) => row.amount));
  const paid = sumOf(rowsOf(request.state, 'contract-payments', { parentId: contractId }).map((row) => row.amount));
  const revised = sumOf([grand, stored.row.approved_change_orders]);
  change(request, 'contracts', stored, {
    grand_total: grand,
    revised_contract: revised,
    pending_revised_contract: sumOf([revised, stored.row.pending_change_orders]),
    total_payments: paid,
    remaining_balance_outstanding: minus(revised, paid),
    percentage_paid: Number(revised) === 0 ? '0.0' : ((Number(paid) / Number(revised)) * 100).toFixed(2),
  });
}

interface Kind {
  base: string;
  wrapper: string;
  type: string;
  statuses: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    base: 'purchase_order_contracts',
    wrapper: 'purchase_order_contract',
    type: 'PurchaseOrderContract',
    statuses: ['Draft', 'Processing', 'Submitted', 'Partially Received', 'Received', 'Approved', 'Closed'],
  },
  {
    base: 'work_order_contracts',
    wrapper: 'work_order_contract',
    type: 'WorkOrderContract',
    statuses: ['Draft', 'Out For Bid', 'Out For Signature', 'Approved', 'Complete', 'Terminated', 'Void'],
  },
];

function contractErrors(
  request: ProcoreRequest,
  kind: Kind,
  fields: Row,
  projectId: string,
  ownId?: string,
): Row | undefined {
  const { state } = request;
  if (fields.status !== undefined && !kind.statuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  if (
    fields.vendor_id !== undefined &&
    fields.vendor_id !== null &&
    storedOf(state, 'vendors', fields.vendor_id) === undefined
  )
    return { vendor_id: ['does not exist'] };
  const taken = rowsOf(state, 'contracts', { projectId }).some(
    (row) => row.type === kind.type && row.number === fields.number && String(row.id) !== ownId,
  );
  if (fields.number !== undefined && taken) return { number: ['has already been taken'] };
  return originTaken(request, 'contracts', fields, ownId);
}

function vendorIn(request: ProcoreRequest, fields: Row): Row {
  const vendor = storedOf(request.state, 'vendors', fields.vendor_id)?.row;
  return vendor === undefined ? {} : { vendor: { id: vendor.id, company: vendor.name } };
}

const freshContract: Row = {
  status: 'Draft',
  executed: false,
  private: false,
  accounting_method: 'amount',
  grand_total: '0.00',
  approved_change_orders: '0.00',
  pending_change_orders: '0.00',
  draft_change_orders_amount: '0.00',
  total_requisitions_amount: '0.00',
  total_draw_requests_amount: '0.00',
  revised_contract: '0.00',
  pending_revised_contract: '0.00',
  total_payments: '0.00',
  remaining_balance_outstanding: '0.00',
  percentage_paid: '0.0',
  origin_id: null,
  origin_code: null,
  origin_data: null,
  deleted_at: null,
  currency_configuration: { currency_iso_code: 'USD' },
};

function createContract(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, kind.wrapper);
  const projectId = projectOf(request, outer);
  if (projectId === undefined) return json(400, { errors: { project_id: ['is required'] } });
  const errors =
    textOf(inner.number) === undefined
      ? { number: ["can't be blank"] }
      : contractErrors(request, kind, inner, projectId);
  if (errors !== undefined) return refuse(errors);
  const { line_items: _ignored, vendor_id: _vendor, ...header } = inner;
  const project = storedOf(request.state, 'projects', projectId)?.row;
  const row = {
    ...freshContract,
    ...header,
    ...vendorIn(request, inner),
    type: kind.type,
    project: { id: numericId(projectId), name: project?.name },
  };
  return json(201, without(put(request, 'contracts', { projectId, row }), ['type']));
}

function patchContract(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, kind.wrapper);
  const stored = inPath(request, 'contracts');
  const projectId = projectOf(request, outer);
  if (
    stored === undefined ||
    stored.row.type !== kind.type ||
    projectId !== stored.projectId ||
    projectId === undefined
  )
    return missing();
  const errors = contractErrors(request, kind, inner, projectId, textOf(stored.row.id));
  if (errors !== undefined) return refuse(errors);
  // The words are assumed. That a workflow is attached shows nowhere else. @source fact sheet, section 11
  if (inner.status !== undefined && request.marks.has('workflow'))
    return refuse({ base: ['The status is controlled by a workflow.'] });
  if (inner.vendor_id !== undefined && lockedContract.has(textOf(stored.row.status) ?? ''))
    return refuse({ base: ['Contract is locked: its status is Approved.'] });
  const { vendor_id: _vendor, ...header } = inner;
  return json(200, without(change(request, 'contracts', stored, { ...header, ...vendorIn(request, inner) }), ['type']));
}

function writeLine(request: ProcoreRequest, contract: Stored, line: Row, existing: Stored | undefined) {
  const projectId = contract.projectId ?? '';
  const contractId = textOf(contract.row.id) ?? '';
  const coding = codingOf(request, projectId, line);
  if (coding === undefined && existing === undefined)
    return { errors: { cost_code_id: ['does not exist in this project'] } };
  const amount = amountOf(line) ?? textOf(existing?.row.amount);
  if (amount === undefined) return { errors: { amount: ["can't be blank"] } };
  const { id: _id, cost_code_id: _code, line_item_type_id: _type, wbs_code_id: _wbs, ...fields } = line;
  const row: Row = {
    quantity: '0.0',
    unit_cost: '0.0',
    uom: null,
    tax_code_id: null,
    origin_id: null,
    origin_data: null,
    extended_type: 'manual',
    ...existing?.row,
    ...fields,
    ...coding,
    amount,
    extended_amount: amount,
    total_amount: amount,
    holder: { id: contract.row.id, holder_type: contract.row.type },
  };
  return { entity: put(request, 'contract-lines', { projectId, parentId: contractId, row }) };
}

function syncLines(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const contract = inPath(request, 'contracts');
  if (contract === undefined || contract.row.type !== kind.type || contract.projectId !== projectOf(request))
    return missing();
  if (lockedContract.has(textOf(contract.row.status) ?? ''))
    return refuse({ base: ['The schedule of values of an approved contract is locked.'] });
  const answer = answerSync(request, 'contract-lines', (line, existing) =>
    writeLine(request, contract, line, existing),
  );
  recompute(request, textOf(contract.row.id) ?? '');
  return answer;
}

function deleteContract(request: ProcoreRequest): SimulatorAnswer {
  const contract = inPath(request, 'contracts');
  if (contract === undefined) return missing();
  if (lockedContract.has(textOf(contract.row.status) ?? ''))
    return refuse({ base: ['An approved contract cannot be deleted.'] });
  remove(request, 'contracts', textOf(contract.row.id) ?? '');
  return empty(204);
}

function deleteLine(request: ProcoreRequest): SimulatorAnswer {
  const contract = inPath(request, 'contracts');
  const line = storedOf(request.state, 'contract-lines', request.params.line);
  if (contract === undefined || line === undefined) return missing();
  if (lockedContract.has(textOf(contract.row.status) ?? ''))
    return refuse({ base: ['The schedule of values of an approved contract is locked.'] });
  remove(request, 'contract-lines', textOf(line.row.id) ?? '');
  recompute(request, textOf(contract.row.id) ?? '');
  return empty(204);
}

const contractRoutes = kinds.flatMap((kind) => [
  on('POST', `/rest/v1.0/${kind.base}`, (request) => createContract(request, kind)),
  on('PATCH', `/rest/v1.0/${kind.base}/:id/line_items/sync`, (request) => syncLines(request, kind)),
  on('DELETE', `/rest/v1.0/${kind.base}/:id/line_items/:line`, deleteLine),
  on('PATCH', `/rest/v1.0/${kind.base}/:id`, (request) => patchContract(request, kind)),
  on('DELETE', `/rest/v1.0/${kind.base}/:id`, deleteContract),
]);

const methods = ['check', 'credit_card', 'electronic'];

function paymentErrors(request: ProcoreRequest, fields: Row, ownId?: string): Row | undefined {
  if (fields.amount !== undefined && tryParse(textOf(fields.amount) ?? '') === undefined)
    return { amount: ['is not a number'] };
  if (fields.payment_method !== undefined && !methods.includes(textOf(fields.payment_method) ?? ''))
    return { payment_method: ['is not included in the list'] };
  return originTaken(request, 'contract-payments', fields, ownId);
}

const paymentRoutes = [
  on('POST', '/rest/v1.0/contract_payments', (request) => {
    const { outer, inner } = bodyIn(request, 'contract_payment');
    const projectId = projectOf(request, outer);
    const contract = storedOf(request.state, 'contracts', outer.contract_id);
    if (projectId === undefined || contract?.projectId !== projectId) return missing();
    const errors = inner.amount === undefined ? { amount: ["can't be blank"] } : paymentErrors(request, inner);
    if (errors !== undefined) return refuse(errors);
    const contractId = textOf(contract.row.id) ?? '';
    const isTwin = (row: Row): boolean =>
      ['check_number', 'amount', 'requisition_id'].every((name) => textOf(row[name]) === textOf(inner[name]));
    if (rowsOf(request.state, 'contract-payments', { parentId: contractId }).some(isTwin))
      request.state.notes.push(`POST ${request.path}: payment ${textOf(inner.check_number)} made twice`);
    const ids = { project_id: numericId(projectId), contract_id: numericId(contractId) };
    const links =
      inner.requisition_id === undefined ? {} : { requisition_id: numericId(textOf(inner.requisition_id) ?? '0') };
    const amount = format(add(parse(textOf(inner.amount) ?? '0'), parse('0')), 2);
    const row = put(request, 'contract-payments', {
      projectId,
      parentId: contractId,
      row: { origin_id: null, origin_data: null, ...inner, ...links, amount, ...ids },
    });
    recompute(request, contractId);
    return json(201, shownPayment(row));
  }),
  on('PATCH', '/rest/v1.0/contract_payments/:id', (request) => {
    const stored = inPath(request, 'contract-payments');
    const { inner } = bodyIn(request, 'contract_payment');
    if (stored === undefined) return missing();
    const free = new Set(['origin_id', 'origin_data', 'attachments']);
    if (textOf(stored.row.origin_id) !== undefined && Object.keys(inner).some((name) => !free.has(name))) {
      return refuse({ base: ['This payment is synced with an ERP system and cannot be changed.'] });
    }
    const errors = paymentErrors(request, inner, textOf(stored.row.id));
    if (errors !== undefined) return refuse(errors);
    const row = change(request, 'contract-payments', stored, inner);
    recompute(request, stored.parentId ?? '');
    return json(200, shownPayment(row));
  }),
];

/** Writing routes of vendors, contracts and payments. */
export const writeRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  ...vendorRoutes,
  ...contractRoutes,
  ...paymentRoutes,
];
