/** Routes that write vendors and payments, and what writing routes share. @source fact sheet 18.8 */
import { add, format, multiply, parse, tryParse } from '../../../engine/model/decimal.ts';
import { json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put } from './changes.ts';
import type { ProcoreRequest } from './lists.ts';
import { minus, numericId, type Row, rowOf, sumOf, textOf } from './rows.ts';
import { costTypeRow } from './shapes.ts';
import { shownPayment } from './shapes-shown.ts';
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

/** What is wrong with the fields of a vendor. */
export function vendorErrors(request: ProcoreRequest, fields: Row, ownId?: string): Row | undefined {
  if (textOf(fields.name)?.trim() === '' || (ownId === undefined && textOf(fields.name) === undefined))
    return { name: ["can't be blank"] };
  return originTaken(request, 'vendors', fields, ownId);
}

/** The row of a vendor as its fields make it. */
export function vendorRowOf(fields: Row): Row {
  const { business_register_attributes: register, ...rest } = fields;
  return {
    ...rest,
    ...(register === undefined ? {} : { business_register: register }),
    ...(fields.name === undefined ? {} : { company: fields.name }),
    synced_to_erp: textOf(fields.origin_id) !== undefined,
  };
}

/** What a new vendor is before anything is said of it. */
export const freshVendor: Row = {
  is_active: true,
  origin_id: null,
  origin_code: null,
  origin_data: null,
  project_ids: [],
};

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

/** Writing routes of vendors and payments. */
export const writeRoutes: readonly SimulatorRoute<ProcoreState>[] = [...vendorRoutes, ...paymentRoutes];
