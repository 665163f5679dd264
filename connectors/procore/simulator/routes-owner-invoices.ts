/** Routes that make, change and delete owner invoices, whose lines come from the prime contract. @source fact sheet 15.18; refusals, and how retainage defaults, are assumed */
import { format, multiply, parse, tryParse } from '../../../engine/model/decimal.ts';
import { empty, json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put, remove, stampOf } from './changes.ts';
import { answerList, type ProcoreRequest, sourceOf } from './lists.ts';
import { bodyIn, missing, on, projectOf, refuse } from './routes-write.ts';
import { listOf, minus, numericId, type Row, rowOf, type Stored, sumOf, textOf } from './rows.ts';
import { without } from './shapes-shown.ts';
import { type ProcoreState, rowsOf, storedOf, takeId } from './state.ts';

const statuses = ['draft', 'under_review', 'revise_and_resubmit', 'approved'];
const entered = [
  'work_completed_this_period',
  'materials_presently_stored',
  'work_completed_retainage_retained_this_period',
  'materials_stored_retainage_retained_this_period',
  'work_completed_retainage_released_this_period',
  'work_completed_this_period_quantity',
];

/** Share of an amount in percent, to the cent. */
const share = (value: unknown, percent: unknown): string =>
  format(multiply(multiply(parse(textOf(value) ?? '0'), parse(textOf(percent) ?? '0')), parse('0.01')), 2);

const linesOf = (row: Row | undefined): Row[] => listOf(row?.g703).map(rowOf);

/** A line with what follows from what was entered. */
function settled(line: Row): Row {
  const total = sumOf([
    line.work_completed_from_previous_application,
    line.work_completed_this_period,
    line.materials_presently_stored,
  ]);
  const work = minus(
    sumOf([
      line.work_completed_retainage_from_previous_application,
      line.work_completed_retainage_retained_this_period,
    ]),
    line.work_completed_retainage_released_this_period,
  );
  const materials = sumOf([
    line.materials_stored_retainage_from_previous_application,
    line.materials_stored_retainage_retained_this_period,
  ]);
  return {
    ...line,
    total_completed_and_stored_to_date: total,
    work_completed_retainage_currently_retained: work,
    materials_stored_retainage_currently_retained: materials,
    total_retainage_currently_retained: sumOf([work, materials]),
    balance_to_finish: minus(line.scheduled_value, total),
  };
}

/** A line as Procore makes it: carried on from the invoice before, nothing done this period. */
const freshLine = (id: number, line: Row, before: Row | undefined): Row =>
  settled({
    id,
    item_number: line.position,
    description_of_work: line.description ?? null,
    cost_code: line.cost_code ?? null,
    wbs_code: line.wbs_code ?? null,
    scheduled_value: line.amount,
    work_completed_from_previous_application: sumOf([
      before?.work_completed_from_previous_application,
      before?.work_completed_this_period,
    ]),
    work_completed_this_period: '0.00',
    materials_presently_stored: textOf(before?.materials_presently_stored) ?? '0.00',
    work_completed_retainage_from_previous_application:
      textOf(before?.work_completed_retainage_currently_retained) ?? '0.00',
    work_completed_retainage_retained_this_period: '0.00',
    work_completed_retainage_released_this_period: '0.00',
    materials_stored_retainage_from_previous_application:
      textOf(before?.materials_stored_retainage_currently_retained) ?? '0.00',
    materials_stored_retainage_retained_this_period: '0.00',
    type: 'contract_item',
  });

/** Invoices of a prime contract, oldest first. */
const invoicesOf = (state: ProcoreState, contractId: string): Row[] =>
  rowsOf(state, 'payment-applications', { parentId: contractId }).sort((a, b) => Number(a.number) - Number(b.number));

/** The lines with the summary and totals that follow from them. */
function withLines(contract: Row, before: Row | undefined, g703: readonly Row[]): Row {
  const sum = (name: string): string => sumOf(g703.map((line) => line[name]));
  const completed = sum('total_completed_and_stored_to_date');
  const retained = sum('total_retainage_currently_retained');
  const earned = minus(completed, retained);
  const previous = textOf(rowOf(before?.g702).total_earned_less_retainage) ?? '0.00';
  const toDate = sumOf([contract.grand_total, contract.approved_change_orders]);
  return {
    g703,
    g702: {
      original_contract_sum: contract.grand_total,
      net_change_by_change_orders: contract.approved_change_orders,
      contract_sum_to_date: toDate,
      total_completed_and_stored_to_date: completed,
      total_retainage: retained,
      total_earned_less_retainage: earned,
      less_previous_certificates_for_payment: previous,
      current_payment_due: minus(earned, previous),
      balance_to_finish_including_retainage: minus(toDate, earned),
    },
    percent_complete: Number(toDate) === 0 ? '0.0%' : `${((Number(completed) / Number(toDate)) * 100).toFixed(1)}%`,
    total_amount_accrued_this_period: sumOf([
      sum('work_completed_this_period'),
      minus(sum('materials_presently_stored'), sumOf(linesOf(before).map((line) => line.materials_presently_stored))),
    ]),
  };
}

/** The prime contract in the path, of the project in the body or query. */
const contractIn = (request: ProcoreRequest, outer: Row = {}): Stored | undefined => {
  const stored = inPath(request, 'prime-contracts');
  return stored !== undefined && stored.projectId === projectOf(request, outer) ? stored : undefined;
};

function headerErrors(request: ProcoreRequest, contract: Stored, fields: Row, ownId?: string): Row | undefined {
  const period = fields.commitment_billing_period_id;
  if (fields.status !== undefined && !statuses.includes(textOf(fields.status) ?? ''))
    return { status: ['is not included in the list'] };
  if (period !== undefined && storedOf(request.state, 'billing-periods', period)?.projectId !== contract.projectId)
    return { commitment_billing_period_id: ['does not exist in this project'] };
  return originTaken(request, 'payment-applications', fields, ownId);
}

/** The header with its billing period, whose days it takes where it names none. */
function headerOf(request: ProcoreRequest, fields: Row): Row {
  const { commitment_billing_period_id: periodId, include_attachments: _files, ...header } = fields;
  const period = storedOf(request.state, 'billing-periods', periodId)?.row;
  if (period === undefined) return header;
  return { period_id: period.id, period_start: period.start_date, period_end: period.end_date, ...header };
}

function create(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'payment_application');
  const contract = contractIn(request, outer);
  if (contract === undefined) return missing();
  if (contract.row.status !== 'Approved') return refuse({ base: ['The prime contract is not approved.'] });
  const errors = headerErrors(request, contract, inner);
  if (errors !== undefined) return refuse(errors);
  const contractId = textOf(contract.row.id) ?? '';
  const before = invoicesOf(request.state, contractId).at(-1);
  const earlier = new Map(linesOf(before).map((line) => [textOf(line.item_number), line]));
  const lines = rowsOf(request.state, 'prime-contract-lines', { parentId: contractId }).map((line, index) => {
    const position = line.position ?? index + 1;
    return freshLine(takeId(request.state), { ...line, position }, earlier.get(textOf(position)));
  });
  const today = stampOf(request.services).slice(0, 10);
  const row = {
    number: Number(before?.number ?? 0) + 1,
    invoice_number: null,
    status: 'draft',
    billing_date: null,
    total_amount_paid: '0.00',
    formatted_contract_company: rowOf(contract.row.vendor).name ?? null,
    contract: { id: numericId(contractId), type: 'PrimeContract', title: contract.row.title },
    origin_id: null,
    origin_data: null,
    currency_configuration: contract.row.currency_configuration,
    ...headerOf(request, inner),
    ...withLines(contract.row, before, lines),
    created_at: today,
  };
  const { projectId = '' } = contract;
  return json(201, put(request, 'payment-applications', { projectId, parentId: contractId, row }));
}

/** Fields that an approved invoice still takes. */
const stillTaken = new Set(['status', 'origin_id', 'origin_data']);
const approvedLocks = (): SimulatorAnswer => refuse({ base: ['The owner invoice is approved and locked.'] });

function patch(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'payment_application');
  const contract = contractIn(request, outer);
  const stored = storedOf(request.state, 'payment-applications', request.params.application);
  if (contract === undefined || stored === undefined || stored.parentId !== textOf(contract.row.id)) return missing();
  if (stored.row.status === 'approved' && Object.keys(inner).some((name) => !stillTaken.has(name)))
    return approvedLocks();
  const errors = headerErrors(request, contract, inner, textOf(stored.row.id));
  if (errors !== undefined) return refuse(errors);
  return json(200, change(request, 'payment-applications', stored, headerOf(request, inner)));
}

function patchLine(request: ProcoreRequest): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'payment_application_line_item');
  const contract = contractIn(request, outer);
  if (contract === undefined) return missing();
  const invoices = invoicesOf(request.state, textOf(contract.row.id) ?? '');
  const at = invoices.findIndex((row) => linesOf(row).some(({ id }) => textOf(id) === request.params.line));
  const stored = storedOf(request.state, 'payment-applications', invoices[at]?.id);
  if (stored === undefined) return missing();
  if (stored.row.status === 'approved') return approvedLocks();
  const given = Object.fromEntries(Object.entries(inner).filter(([name]) => entered.includes(name)));
  for (const [name, value] of Object.entries(given))
    if (tryParse(textOf(value) ?? '') === undefined) return refuse({ [name]: ['is not a number'] });
  const work = given.work_completed_this_period;
  const retained =
    work === undefined || given.work_completed_retainage_retained_this_period !== undefined
      ? {}
      : { work_completed_retainage_retained_this_period: share(work, contract.row.retainage_percent) };
  const lines = linesOf(stored.row).map((line) =>
    textOf(line.id) === request.params.line ? settled({ ...line, ...given, ...retained }) : line,
  );
  change(request, 'payment-applications', stored, withLines(contract.row, invoices[at - 1], lines));
  return json(200, lines.find(({ id }) => textOf(id) === request.params.line) ?? {});
}

function drop(request: ProcoreRequest): SimulatorAnswer {
  const stored = inPath(request, 'payment-applications');
  if (stored === undefined || stored.projectId !== projectOf(request)) return missing();
  if (stored.row.status === 'approved') return approvedLocks();
  remove(request, 'payment-applications', textOf(stored.row.id) ?? '');
  return empty(200);
}

const base = '/rest/v1.0/prime_contracts/:id';

/** Lists of one prime contract's owner invoices, and everything that writes them. */
export const ownerInvoiceRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  on('GET', `${base}/payment_applications`, (request) => {
    const contract = contractIn(request);
    if (contract === undefined) return missing();
    const rows = invoicesOf(request.state, textOf(contract.row.id) ?? '').map((row) => without(row, ['g703']));
    return answerList(request, sourceOf(rows), { perPage: 30 });
  }),
  on('POST', `${base}/payment_applications`, create),
  on('PATCH', `${base}/payment_applications/:application`, patch),
  on('PATCH', `${base}/payment_application_line_items/:line`, patchLine),
  on('DELETE', '/rest/v1.0/payment_applications/:id', drop),
];
