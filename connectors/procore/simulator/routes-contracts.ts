/** Routes that write commitments and prime contracts with their lines. @source fact sheet 15.8, 15.18, 18.8; locking of prime contracts is assumed */
import { empty, json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put, remove } from './changes.ts';
import type { ProcoreRequest } from './lists.ts';
import { amountOf, bodyIn, codingOf, missing, on, projectOf, recompute, refuse } from './routes-write.ts';
import { minus, numericId, type Row, type Stored, sumOf, textOf } from './rows.ts';
import { without } from './shapes-shown.ts';
import { type ProcoreState, rowsOf, storedOf } from './state.ts';
import { answerSync } from './sync.ts';

interface Kind {
  /** Address of lists and lines. */
  base: string;
  /** Address of a single one, and of a new one. */
  single: string;
  wrapper: string;
  type: string;
  table: 'contracts' | 'prime-contracts';
  lines: 'contract-lines' | 'prime-contract-lines';
  statuses: readonly string[];
  fresh: Row;
  /** The companies of a contract as it shows them, from the ids that were sent. */
  parties: (request: ProcoreRequest, fields: Row) => Row;
}

const lockedContract = new Set(['Approved', 'Complete', 'Terminated']);

const freshCommitment: Row = {
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

const freshPrime: Row = {
  status: 'Draft',
  executed: false,
  private: false,
  accounting_method: 'amount',
  allow_payment_applications: true,
  allow_payments: true,
  grand_total: '0.00',
  line_items_total: '0.00',
  line_items_extended_total: '0.00',
  approved_change_orders: '0.00',
  pending_change_orders_amount: '0.00',
  draft_change_orders_amount: '0.00',
  owner_invoices_amount: '0.00',
  revised_contract_amount: '0.00',
  pending_revised_contract_amount: '0.00',
  total_payments: '0.00',
  outstanding_balance: '0.00',
  percentage_paid: '0.0',
  origin_id: null,
  origin_data: null,
  deleted_at: null,
  currency_configuration: { currency_iso_code: 'USD' },
};

const vendorOf = (request: ProcoreRequest, id: unknown): Row | undefined => storedOf(request.state, 'vendors', id)?.row;

const commitmentParties = (request: ProcoreRequest, fields: Row): Row => {
  const vendor = vendorOf(request, fields.vendor_id);
  return vendor === undefined ? {} : { vendor: { id: vendor.id, company: vendor.name } };
};

const primeParties = (request: ProcoreRequest, fields: Row): Row =>
  Object.fromEntries(
    ['vendor', 'contractor'].flatMap((name) => {
      const company = vendorOf(request, fields[`${name}_id`]);
      return company === undefined ? [] : [[name, { id: company.id, name: company.name }]];
    }),
  );

const commitment = {
  table: 'contracts',
  lines: 'contract-lines',
  fresh: freshCommitment,
  parties: commitmentParties,
} as const;

const kinds: readonly Kind[] = [
  {
    ...commitment,
    base: 'purchase_order_contracts',
    single: 'purchase_order_contracts',
    wrapper: 'purchase_order_contract',
    type: 'PurchaseOrderContract',
    statuses: ['Draft', 'Processing', 'Submitted', 'Partially Received', 'Received', 'Approved', 'Closed'],
  },
  {
    ...commitment,
    base: 'work_order_contracts',
    single: 'work_order_contracts',
    wrapper: 'work_order_contract',
    type: 'WorkOrderContract',
    statuses: ['Draft', 'Out For Bid', 'Out For Signature', 'Approved', 'Complete', 'Terminated', 'Void'],
  },
  {
    base: 'prime_contracts',
    single: 'prime_contract',
    wrapper: 'prime_contract',
    type: 'PrimeContract',
    table: 'prime-contracts',
    lines: 'prime-contract-lines',
    statuses: ['Draft', 'Out For Bid', 'Out For Signature', 'Approved', 'Complete', 'Terminated'],
    fresh: freshPrime,
    parties: primeParties,
  },
];

/** The contract in the path, if it is of the kind. */
function contractIn(request: ProcoreRequest, kind: Kind): Stored | undefined {
  const stored = inPath(request, kind.table);
  return stored?.row.type === kind.type ? stored : undefined;
}

/** Totals of a prime contract follow its lines. @source REF prime-contracts */
function recomputePrime(request: ProcoreRequest, contractId: string): void {
  const stored = storedOf(request.state, 'prime-contracts', contractId);
  if (stored === undefined) return;
  const { row } = stored;
  const grand = sumOf(
    rowsOf(request.state, 'prime-contract-lines', { parentId: contractId }).map(({ amount }) => amount),
  );
  const revised = sumOf([grand, row.approved_change_orders]);
  change(request, 'prime-contracts', stored, {
    grand_total: grand,
    line_items_total: grand,
    line_items_extended_total: grand,
    revised_contract_amount: revised,
    pending_revised_contract_amount: sumOf([revised, row.pending_change_orders_amount]),
    outstanding_balance: minus(revised, row.total_payments),
  });
}

const tellTotals = (request: ProcoreRequest, kind: Kind, contractId: string): void =>
  (kind.table === 'contracts' ? recompute : recomputePrime)(request, contractId);

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
  for (const name of ['vendor_id', 'contractor_id'])
    if ((fields[name] ?? null) !== null && vendorOf(request, fields[name]) === undefined)
      return { [name]: ['does not exist'] };
  const taken = rowsOf(state, kind.table, { projectId }).some(
    (row) => row.type === kind.type && row.number === fields.number && String(row.id) !== ownId,
  );
  if (fields.number !== undefined && taken) return { number: ['has already been taken'] };
  return originTaken(request, kind.table, fields, ownId);
}

const partyIds = ['vendor_id', 'contractor_id', 'architect_id'];

function createContract(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, kind.wrapper);
  const projectId = projectOf(request, outer);
  if (projectId === undefined) return json(400, { errors: { project_id: ['is required'] } });
  const errors =
    textOf(inner.number) === undefined
      ? { number: ["can't be blank"] }
      : contractErrors(request, kind, inner, projectId);
  if (errors !== undefined) return refuse(errors);
  const { line_items: _ignored, ...header } = without(inner, partyIds);
  const project = storedOf(request.state, 'projects', projectId)?.row;
  const row = {
    ...kind.fresh,
    ...header,
    ...kind.parties(request, inner),
    type: kind.type,
    // A prime contract does not name its project.
    ...(kind.table === 'contracts' ? { project: { id: numericId(projectId), name: project?.name } } : {}),
  };
  return json(201, without(put(request, kind.table, { projectId, row }), ['type']));
}

function patchContract(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, kind.wrapper);
  const stored = contractIn(request, kind);
  const projectId = projectOf(request, outer);
  if (stored === undefined || projectId !== stored.projectId || projectId === undefined) return missing();
  const errors = contractErrors(request, kind, inner, projectId, textOf(stored.row.id));
  if (errors !== undefined) return refuse(errors);
  // The words are assumed. That a workflow is attached shows nowhere else. @source fact sheet, section 11
  if (inner.status !== undefined && request.marks.has('workflow'))
    return refuse({ base: ['The status is controlled by a workflow.'] });
  if (inner.vendor_id !== undefined && lockedContract.has(textOf(stored.row.status) ?? ''))
    return refuse({ base: ['Contract is locked: its status is Approved.'] });
  const fields = { ...without(inner, partyIds), ...kind.parties(request, inner) };
  return json(200, without(change(request, kind.table, stored, fields), ['type']));
}

function writeLine(request: ProcoreRequest, kind: Kind, contract: Stored, line: Row, existing: Stored | undefined) {
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
  return { entity: put(request, kind.lines, { projectId, parentId: contractId, row }) };
}

function syncLines(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const contract = contractIn(request, kind);
  if (contract === undefined || contract.projectId !== projectOf(request)) return missing();
  if (lockedContract.has(textOf(contract.row.status) ?? ''))
    return refuse({ base: ['The schedule of values of an approved contract is locked.'] });
  const answer = answerSync(request, kind.lines, (line, existing) =>
    writeLine(request, kind, contract, line, existing),
  );
  tellTotals(request, kind, textOf(contract.row.id) ?? '');
  return answer;
}

function deleteContract(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const contract = contractIn(request, kind);
  if (contract === undefined || contract.projectId !== projectOf(request)) return missing();
  if (lockedContract.has(textOf(contract.row.status) ?? ''))
    return refuse({ base: ['An approved contract cannot be deleted.'] });
  remove(request, kind.table, textOf(contract.row.id) ?? '');
  return empty(204);
}

function deleteLine(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const contract = contractIn(request, kind);
  const line = storedOf(request.state, kind.lines, request.params.line);
  if (contract === undefined || line === undefined || line.parentId !== textOf(contract.row.id)) return missing();
  if (lockedContract.has(textOf(contract.row.status) ?? ''))
    return refuse({ base: ['The schedule of values of an approved contract is locked.'] });
  remove(request, kind.lines, textOf(line.row.id) ?? '');
  tellTotals(request, kind, textOf(contract.row.id) ?? '');
  return empty(204);
}

/** Writing routes of commitments and prime contracts. */
export const contractRoutes: readonly SimulatorRoute<ProcoreState>[] = kinds.flatMap((kind) => [
  on('POST', `/rest/v1.0/${kind.single}`, (request) => createContract(request, kind)),
  on('PATCH', `/rest/v1.0/${kind.base}/:id/line_items/sync`, (request) => syncLines(request, kind)),
  on('DELETE', `/rest/v1.0/${kind.base}/:id/line_items/:line`, (request) => deleteLine(request, kind)),
  on('PATCH', `/rest/v1.0/${kind.single}/:id`, (request) => patchContract(request, kind)),
  on('DELETE', `/rest/v1.0/${kind.single}/:id`, (request) => deleteContract(request, kind)),
]);
