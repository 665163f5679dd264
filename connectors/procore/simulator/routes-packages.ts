/** Routes that write change order packages: header with amount; number and lines are made here. @source fact sheet 15.13, 18.8 */
import { tryParse } from '../../../engine/model/decimal.ts';
import { json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put } from './changes.ts';
import type { ProcoreRequest } from './lists.ts';
import { changeOrderStatuses, tellContract } from './routes-change-orders.ts';
import { bodyIn, missing, on, projectOf, refuse } from './routes-write.ts';
import { numericId, type Row, rowOf, textOf } from './rows.ts';
import { type ProcoreState, rowsOf, storedOf } from './state.ts';

const table = 'change-order-packages';

function errorsOf(request: ProcoreRequest, fields: Row, ownId?: string): Row | undefined {
  if (fields.status !== undefined && !changeOrderStatuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  if (fields.grand_total !== undefined && tryParse(textOf(fields.grand_total) ?? '') === undefined)
    return { grand_total: ['is not a number'] };
  return originTaken(request, table, fields, ownId);
}

/** The one line that a package of one amount has. */
const lineOf = (amount: unknown): Row => ({
  id: 1,
  position: 1,
  description: null,
  quantity: '0.0',
  uom: null,
  unit_cost: '0.0',
  total_amount: amount,
  extended_amount: amount,
  cost_code: null,
  wbs_code: null,
  line_item_type: null,
  markup_line_items: [],
});

function create(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'change_order');
  const projectId = projectOf(request, outer);
  const contractId = textOf(outer.contract_id) ?? '';
  const contract =
    storedOf(request.state, 'contracts', contractId) ?? storedOf(request.state, 'prime-contracts', contractId);
  if (projectId === undefined) return json(400, { errors: { project_id: ['is required'] } });
  if (contract?.projectId !== projectId) return missing();
  const errors = (textOf(inner.title) ?? '') === '' ? { title: ["can't be blank"] } : errorsOf(request, inner);
  if (errors !== undefined) return refuse(errors);
  const isPrime = storedOf(request.state, 'contracts', contractId) === undefined;
  const others = rowsOf(request.state, table).filter((row) => textOf(row.contract_id) === contractId);
  const amount = inner.grand_total ?? '0.00';
  const row: Row = {
    revision: 0,
    description: null,
    status: 'draft',
    executed: false,
    private: false,
    due_date: null,
    invoiced_date: null,
    paid_date: null,
    origin_id: null,
    origin_code: null,
    origin_data: null,
    deleted_at: null,
    custom_fields: {},
    currency_configuration: rowOf(contract.row.currency_configuration),
    ...inner,
    grand_total: amount,
    contract_id: numericId(contractId),
    number: String(others.length + 1).padStart(3, '0'),
    type: isPrime ? 'PrimeContractChangeOrder' : 'CommitmentContractChangeOrder',
    line_items: [lineOf(amount)],
  };
  const made = put(request, table, { projectId, parentId: contractId, row });
  tellContract(request, contractId);
  return json(201, made);
}

function update(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'change_order');
  const stored = inPath(request, table);
  if (stored === undefined || stored.projectId !== projectOf(request, outer)) return missing();
  if (textOf(outer.contract_id) !== textOf(stored.row.contract_id))
    return json(400, { errors: { contract_id: ['is required'] } });
  if (stored.row.status === 'approved' && inner.grand_total !== undefined)
    return refuse({ base: ['The change order is approved and locked.'] });
  const errors = errorsOf(request, inner, textOf(stored.row.id));
  if (errors !== undefined) return refuse(errors);
  const lines = inner.grand_total === undefined ? {} : { line_items: [lineOf(inner.grand_total)] };
  const row = change(request, table, stored, { ...inner, ...lines });
  tellContract(request, textOf(stored.row.contract_id) ?? '');
  return json(200, row);
}

/** Writing routes of change order packages. */
export const packageRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  on('POST', '/rest/v1.0/change_order_packages', create),
  on('PATCH', '/rest/v1.0/change_order_packages/:id', update),
];
