/** Routes that write change orders of commitments and of prime contracts: header in version 1, lines in version 2. @source fact sheet 15.13, 18.8 */
import { empty, json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, put, remove, stampOf } from './changes.ts';
import { withFiles } from './files.ts';
import { enveloped, type ProcoreRequest } from './lists.ts';
import { amountOf, bodyIn, codingOf, missing, on, projectOf, recompute, refuse } from './routes-write.ts';
import { listOf, numericId, type Row, rowOf, type Stored, sumOf, textOf } from './rows.ts';
import { versionTwoLine } from './shapes-shown.ts';
import { type ProcoreState, rowsOf, storedOf, takeId } from './state.ts';

/** A kind of change orders: its address, where they and their contracts are kept. */
interface Kind {
  name: 'commitment_change_orders' | 'prime_change_orders';
  table: 'change-order-packages' | 'prime-change-orders';
  contracts: 'contracts' | 'prime-contracts';
  type: string;
  holder: string;
}

const kinds: readonly Kind[] = [
  {
    name: 'commitment_change_orders',
    table: 'change-order-packages',
    contracts: 'contracts',
    type: 'CommitmentContractChangeOrder',
    holder: 'CommitmentChangeOrder',
  },
  {
    name: 'prime_change_orders',
    table: 'prime-change-orders',
    contracts: 'prime-contracts',
    type: 'PrimeContractChangeOrder',
    holder: 'PrimeChangeOrder',
  },
];
/** Statuses of change orders. */
export const changeOrderStatuses =
  'draft not_pricing pricing pending revised proceeding not_proceeding no_charge approved rejected void pending_billable'.split(
    ' ',
  );

/** A change order of the project in the path. */
function stored(request: ProcoreRequest, kind: Kind): Stored | undefined {
  const found = inPath(request, kind.table);
  return found?.projectId === projectOf(request) ? found : undefined;
}

/** Totals of the contract follow its change orders; committed cost only those that are approved. */
function tell(request: ProcoreRequest, kind: Kind, contractId: string): void {
  const contract = storedOf(request.state, kind.contracts, contractId);
  if (contract === undefined) return;
  const sum = (...wanted: string[]): string =>
    sumOf(
      rowsOf(request.state, kind.table)
        .filter((row) => textOf(row.contract_id) === contractId && wanted.includes(textOf(row.status) ?? ''))
        .map((row) => row.grand_total),
    );
  const [approved, pending] = [sum('approved'), sum('pending', 'pricing', 'proceeding', 'revised')];
  if (kind.contracts === 'prime-contracts') {
    change(request, kind.contracts, contract, {
      approved_change_orders: approved,
      pending_change_orders_amount: pending,
      revised_contract_amount: sumOf([contract.row.grand_total, approved]),
    });
    return;
  }
  change(request, 'contracts', contract, {
    approved_change_orders: approved,
    pending_change_orders: pending,
    draft_change_orders_amount: sum('draft'),
  });
  recompute(request, contractId);
}

/** Brings the totals of a commitment along with its change orders. */
export const tellContract = (request: ProcoreRequest, contractId: string): void => {
  const [commitments] = kinds;
  if (commitments !== undefined) tell(request, commitments, contractId);
};

function errorsOf(
  request: ProcoreRequest,
  kind: Kind,
  fields: Row,
  contractId: string,
  ownId?: string,
): Row | undefined {
  if (fields.status !== undefined && !changeOrderStatuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  const taken = rowsOf(request.state, kind.table).some(
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

function create(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const { inner } = bodyIn(request, 'change_order');
  const projectId = projectOf(request);
  const contractId = textOf(inner.contract_id) ?? '';
  const contract = storedOf(request.state, kind.contracts, contractId);
  if (projectId === undefined) return missing();
  if (contract?.projectId !== projectId) return refuse({ contract_id: ['does not exist'] });
  const errors = errorsOf(request, kind, inner, contractId);
  if (errors !== undefined) return refuse(errors);
  const row = {
    ...fresh,
    currency_configuration: contract.row.currency_configuration,
    ...inner,
    contract_id: numericId(contractId),
    type: kind.type,
    line_items: [],
  };
  return json(201, shown(request, put(request, kind.table, { projectId, parentId: contractId, row })));
}

function patch(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const { inner } = bodyIn(request, 'change_order');
  const there = stored(request, kind);
  if (there === undefined) return missing();
  const contractId = textOf(there.row.contract_id) ?? '';
  const errors = errorsOf(request, kind, inner, contractId, textOf(there.row.id));
  if (errors !== undefined) return refuse(errors);
  const { line_items: _lines, contract_id: _contract, ...fields } = inner;
  const row = change(request, kind.table, there, fields);
  tell(request, kind, contractId);
  return json(200, shown(request, row));
}

const refused = (source: string, message: string): SimulatorAnswer =>
  json(422, { error: { code: '422', message: 'Invalid', details: [{ code: 'invalid', message, source }] } });

/** Stores the lines and brings the totals along. */
function keepLines(request: ProcoreRequest, kind: Kind, there: Stored, lines: readonly Row[]): void {
  change(request, kind.table, there, { line_items: lines, grand_total: sumOf(lines.map(({ amount }) => amount)) });
  tell(request, kind, textOf(there.row.contract_id) ?? '');
}

function writeLine(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const there = stored(request, kind);
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
    holder: { id: there.row.id, holder_type: kind.holder },
    updated_at: at,
  };
  keepLines(
    request,
    kind,
    there,
    existing === undefined ? [...lines, row] : lines.map((line) => (line === existing ? row : line)),
  );
  return json(200, enveloped(versionTwoLine(row, 'commitment_change_orders')));
}

function deleteLine(request: ProcoreRequest, kind: Kind): SimulatorAnswer {
  const there = stored(request, kind);
  if (there === undefined) return missing();
  if (there.row.status === 'approved') return refused('base', 'The change order is approved and locked.');
  const lines = listOf(there.row.line_items).map(rowOf);
  const left = lines.filter(({ id }) => textOf(id) !== request.params.line);
  if (left.length === lines.length) return missing();
  keepLines(request, kind, there, left);
  return empty(204);
}

/** Single change orders of a kind, and everything that writes them. */
function routesOf(kind: Kind): SimulatorRoute<ProcoreState>[] {
  const headers = `/rest/v1.0/projects/:project/${kind.name}`;
  const lines = `/rest/v2.0/companies/:company/projects/:project/${kind.name}/:id/line_items`;
  return [
    on('GET', `${headers}/:id`, (request) => {
      const there = stored(request, kind);
      return there === undefined ? missing() : json(200, shown(request, there.row));
    }),
    on('POST', headers, (request) => create(request, kind)),
    on('PATCH', `${headers}/:id`, (request) => patch(request, kind)),
    on('DELETE', `${headers}/:id`, (request) => {
      const there = stored(request, kind);
      if (there === undefined) return missing();
      if (there.row.status === 'approved') return refuse({ base: ['An approved change order cannot be deleted.'] });
      remove(request, kind.table, textOf(there.row.id) ?? '');
      tell(request, kind, textOf(there.row.contract_id) ?? '');
      return empty(204);
    }),
    on('POST', lines, (request) => writeLine(request, kind)),
    on('PATCH', `${lines}/:line`, (request) => writeLine(request, kind)),
    on('DELETE', `${lines}/:line`, (request) => deleteLine(request, kind)),
  ];
}

/** Single change orders, and everything that writes them. */
export const changeOrderRoutes: readonly SimulatorRoute<ProcoreState>[] = kinds.flatMap(routesOf);
