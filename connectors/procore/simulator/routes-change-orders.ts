/** Routes that write commitment change orders: header in version 1, lines in version 2. @source fact sheet 15.13, 18.8 */
import { empty, json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, put, remove, stampOf } from './changes.ts';
import { withFiles } from './files.ts';
import { enveloped, type ProcoreRequest, versionTwoLine } from './lists.ts';
import { amountOf, bodyIn, codingOf, missing, on, projectOf, recompute, refuse } from './routes-write.ts';
import { listOf, numericId, type Row, rowOf, type Stored, sumOf, textOf } from './rows.ts';
import { type ProcoreState, rowsOf, storedOf, takeId } from './state.ts';

const table = 'change-order-packages';
const statuses =
  'draft not_pricing pricing pending revised proceeding not_proceeding no_charge approved rejected void pending_billable'.split(
    ' ',
  );

/** A change order of the project in the path. */
function stored(request: ProcoreRequest): Stored | undefined {
  const found = inPath(request, table);
  return found?.projectId === projectOf(request) ? found : undefined;
}

/** Totals of the contract follow its change orders; committed cost only those that are approved. */
function tell(request: ProcoreRequest, contractId: string): void {
  const contract = storedOf(request.state, 'contracts', contractId);
  if (contract === undefined) return;
  const sum = (...wanted: string[]): string =>
    sumOf(
      rowsOf(request.state, table)
        .filter((row) => textOf(row.contract_id) === contractId && wanted.includes(textOf(row.status) ?? ''))
        .map((row) => row.grand_total),
    );
  change(request, 'contracts', contract, {
    approved_change_orders: sum('approved'),
    pending_change_orders: sum('pending', 'pricing', 'proceeding', 'revised'),
    draft_change_orders_amount: sum('draft'),
  });
  recompute(request, contractId);
}

function errorsOf(request: ProcoreRequest, fields: Row, contractId: string, ownId?: string): Row | undefined {
  if (fields.status !== undefined && !statuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  const taken = rowsOf(request.state, table).some(
    (row) => textOf(row.contract_id) === contractId && row.number === fields.number && textOf(row.id) !== (ownId ?? ''),
  );
  return fields.number !== undefined && taken ? { number: ['has already been taken'] } : undefined;
}

/** What the newer endpoints show of a change order: no origin, no lines. */
const shown = (request: ProcoreRequest, row: Row): Row => {
  const {
    line_items: _lines,
    origin_id: _id,
    origin_code: _code,
    origin_data: _data,
    ...rest
  } = withFiles(request.state, row);
  return rest;
};

const fresh: Row = {
  revision: 0,
  description: null,
  status: 'draft',
  executed: false,
  private: false,
  grand_total: '0.00',
  origin_id: null,
  origin_code: null,
  origin_data: null,
  deleted_at: null,
};

function create(request: ProcoreRequest): SimulatorAnswer {
  const { inner } = bodyIn(request, 'change_order');
  const projectId = projectOf(request);
  const contractId = textOf(inner.contract_id) ?? '';
  const contract = storedOf(request.state, 'contracts', contractId);
  if (projectId === undefined) return missing();
  if (contract?.projectId !== projectId) return refuse({ contract_id: ['does not exist'] });
  const errors = errorsOf(request, inner, contractId);
  if (errors !== undefined) return refuse(errors);
  const row = {
    ...fresh,
    currency_configuration: contract.row.currency_configuration,
    ...inner,
    contract_id: numericId(contractId),
    type: 'CommitmentContractChangeOrder',
    line_items: [],
  };
  return json(201, shown(request, put(request, table, { projectId, parentId: contractId, row })));
}

function patch(request: ProcoreRequest): SimulatorAnswer {
  const { inner } = bodyIn(request, 'change_order');
  const there = stored(request);
  if (there === undefined) return missing();
  const contractId = textOf(there.row.contract_id) ?? '';
  const errors = errorsOf(request, inner, contractId, textOf(there.row.id));
  if (errors !== undefined) return refuse(errors);
  const { line_items: _lines, contract_id: _contract, ...fields } = inner;
  const row = change(request, table, there, fields);
  tell(request, contractId);
  return json(200, shown(request, row));
}

const refused = (source: string, message: string): SimulatorAnswer =>
  json(422, { error: { code: '422', message: 'Invalid', details: [{ code: 'invalid', message, source }] } });

/** Stores the lines and brings the totals along. */
function keepLines(request: ProcoreRequest, there: Stored, lines: readonly Row[]): void {
  change(request, table, there, { line_items: lines, grand_total: sumOf(lines.map(({ amount }) => amount)) });
  tell(request, textOf(there.row.contract_id) ?? '');
}

function writeLine(request: ProcoreRequest): SimulatorAnswer {
  const there = stored(request);
  if (there === undefined) return missing();
  if (there.row.status === 'approved') return refused('base', 'The change order is approved and locked.');
  const lines = listOf(there.row.line_items).map(rowOf);
  const wantedId: string | undefined = request.params.line;
  const existing = lines.find(({ id }) => textOf(id) === wantedId);
  if (wantedId !== undefined && existing === undefined) return missing();
  const body = rowOf(request.exactJson());
  const coding = codingOf(request, there.projectId ?? '', body);
  if (coding === undefined && (existing === undefined || body.wbs_code_id !== undefined))
    return refused('wbs_code_id', 'does not exist in this project');
  const amount = amountOf(body) ?? textOf(existing?.amount);
  if (amount === undefined) return refused('amount', "can't be blank");
  const { wbs_code_id: _wbs, ...fields } = body;
  const at = stampOf(request.services);
  const row: Row = {
    id: takeId(request.state),
    quantity: '0.0',
    unit_cost: '0.0',
    uom: null,
    tax_code_id: null,
    created_at: at,
    ...existing,
    ...fields,
    ...coding,
    extended_type: body.amount === undefined && body.quantity !== undefined ? 'calculated' : 'manual',
    position: existing?.position ?? lines.length + 1,
    amount,
    extended_amount: amount,
    total_amount: amount,
    holder: { id: there.row.id, holder_type: 'CommitmentChangeOrder' },
    updated_at: at,
  };
  keepLines(
    request,
    there,
    existing === undefined ? [...lines, row] : lines.map((line) => (line === existing ? row : line)),
  );
  return json(existing === undefined ? 201 : 200, enveloped(versionTwoLine(row)));
}

function deleteLine(request: ProcoreRequest): SimulatorAnswer {
  const there = stored(request);
  if (there === undefined) return missing();
  if (there.row.status === 'approved') return refused('base', 'The change order is approved and locked.');
  const lines = listOf(there.row.line_items).map(rowOf);
  const left = lines.filter(({ id }) => textOf(id) !== request.params.line);
  if (left.length === lines.length) return missing();
  keepLines(request, there, left);
  return empty(204);
}

const headers = '/rest/v1.0/projects/:project/commitment_change_orders';
const lines = '/rest/v2.0/companies/:company/projects/:project/commitment_change_orders/:id/line_items';

/** Single change orders, and everything that writes them. */
export const changeOrderRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  on('GET', `${headers}/:id`, (request) => {
    const there = stored(request);
    return there === undefined ? missing() : json(200, shown(request, there.row));
  }),
  on('POST', headers, create),
  on('PATCH', `${headers}/:id`, patch),
  on('DELETE', `${headers}/:id`, (request) => {
    const there = stored(request);
    if (there === undefined) return missing();
    if (there.row.status === 'approved') return refuse({ base: ['An approved change order cannot be deleted.'] });
    remove(request, table, textOf(there.row.id) ?? '');
    tell(request, textOf(there.row.contract_id) ?? '');
    return empty(204);
  }),
  on('POST', lines, writeLine),
  on('PATCH', `${lines}/:line`, writeLine),
  on('DELETE', `${lines}/:line`, deleteLine),
];
