/**
 * Makes the lines of an invoice from the schedule of values and the change orders attached to it, carries on from the invoice
 * before, and keeps the identities of the G702 summary. @source fact sheet 15.15, 18.8; how retainage defaults is assumed
 */
import { format, multiply, parse } from '../../../engine/model/decimal.ts';
import { listOf, minus, type Row, rowOf, sumOf, textOf } from './rows.ts';

const amount = (value: unknown): string => textOf(value) ?? '0.00';

/** Share of an amount in percent, to the cent. */
const share = (value: unknown, percent: unknown): string =>
  format(multiply(multiply(parse(amount(value)), parse(textOf(percent) ?? '0')), parse('0.01')), 2);

/** Lines of an invoice, as rows. */
export const itemsOf = (requisition: Row | undefined): Row[] => listOf(requisition?.items).map(rowOf);

const keyOf = (item: Row): string => `${textOf(item.item_type)} ${textOf(item.line_item_id)}`;

/** What was retained of work before this period. */
const retainedBefore = (before: Row | undefined): string =>
  before === undefined
    ? '0.00'
    : minus(
        sumOf([
          before.work_completed_retainage_from_previous_application,
          before.work_completed_retainage_retained_this_period,
        ]),
        before.work_completed_retainage_released_this_period,
      );

/** A line as generated: everything carried on, nothing done this period. */
export function freshItem(id: number, type: string, line: Row, percent: unknown, before: Row | undefined): Row {
  const stored = amount(before?.materials_presently_stored);
  return {
    id,
    item_type: type,
    accounting_method: 'amount',
    line_item_id: line.id,
    cost_code_id: rowOf(line.cost_code).id ?? null,
    wbs_code: line.wbs_code ?? null,
    description_of_work: line.description ?? null,
    position: line.position,
    line_number: textOf(line.position) ?? null,
    uom: line.uom ?? null,
    scheduled_value: amount(line.amount),
    work_completed_from_previous_application: sumOf([
      before?.work_completed_from_previous_application,
      before?.work_completed_this_period,
    ]),
    work_completed_this_period: '0.00',
    materials_presently_stored: stored,
    materials_presently_stored_from_previous_progress: stored,
    work_completed_retainage_from_previous_application: retainedBefore(before),
    work_completed_retainage_retained_this_period: '0.00',
    work_completed_retainage_percent_this_period: textOf(percent) ?? '0.0',
    work_completed_retainage_released_this_period: '0.00',
    materials_stored_retainage_currently_retained: amount(before?.materials_stored_retainage_currently_retained),
    materials_stored_retainage_percent_this_period: textOf(percent) ?? '0.0',
    taxes: [],
    status: 'no_action',
    comment: null,
    subcontractor_claimed_amount: '0.00',
  };
}

/** A line with what was entered and everything that follows from it. */
export function enteredItem(item: Row, entered: Row, before: Row | undefined): Row {
  const { id: _id, item_type: _type, line_item_id: _line, ...given } = entered;
  const row: Row = { ...item, ...given };
  if (
    given.work_completed_this_period !== undefined &&
    given.work_completed_retainage_retained_this_period === undefined
  )
    row.work_completed_retainage_retained_this_period = share(
      row.work_completed_this_period,
      row.work_completed_retainage_percent_this_period,
    );
  if (
    given.materials_presently_stored !== undefined &&
    given.materials_stored_retainage_currently_retained === undefined
  )
    row.materials_stored_retainage_currently_retained = share(
      row.materials_presently_stored,
      row.materials_stored_retainage_percent_this_period,
    );
  return settledItem(row, before);
}

/** A line with its totals. */
export function settledItem(row: Row, before: Row | undefined): Row {
  const total = sumOf([
    row.work_completed_from_previous_application,
    row.work_completed_this_period,
    row.materials_presently_stored,
  ]);
  const newlyStored = minus(row.materials_presently_stored, row.materials_presently_stored_from_previous_progress);
  const gross = sumOf([row.work_completed_this_period, newlyStored]);
  const heldMaterials = minus(
    row.materials_stored_retainage_currently_retained,
    before?.materials_stored_retainage_currently_retained,
  );
  const held = sumOf([
    minus(row.work_completed_retainage_retained_this_period, row.work_completed_retainage_released_this_period),
    heldMaterials,
  ]);
  const scheduled = Number(textOf(row.scheduled_value) ?? '0');
  return {
    ...row,
    total_completed_and_stored_to_date: total,
    total_completed_and_stored_to_date_percent:
      scheduled === 0 ? '0.00' : ((Number(total) / scheduled) * 100).toFixed(2),
    materials_stored_retainage_released_this_period: heldMaterials.startsWith('-') ? heldMaterials.slice(1) : '0.00',
    gross_amount: gross,
    net_amount: minus(gross, held),
    ...(textOf(row.subcontractor_claimed_amount) === '0.00' ? { subcontractor_claimed_amount: gross } : {}),
  };
}

/** The summary that follows from the lines, the contract and the invoice before. */
export function summaryOf(items: readonly Row[], contract: Row, before: Row | undefined, period: string): Row {
  const sum = (names: (item: Row) => unknown): string => sumOf(items.map(names));
  const completed = sum((item) => item.total_completed_and_stored_to_date);
  const work = sum(retainedBefore);
  const materials = sum((item) => item.materials_stored_retainage_currently_retained);
  const retained = sumOf([work, materials]);
  const earned = minus(completed, retained);
  const previous = amount(rowOf(before?.summary).total_earned_less_retainage);
  const toDate = sumOf([contract.grand_total, contract.approved_change_orders]);
  return {
    original_contract_sum: amount(contract.grand_total),
    net_change_by_change_orders: amount(contract.approved_change_orders),
    contract_sum_to_date: toDate,
    total_completed_and_stored_to_date: completed,
    completed_work_retainage_percent: textOf(contract.retainage_percent) ?? '0.0',
    completed_work_retainage_amount: work,
    stored_materials_retainage_percent: textOf(contract.retainage_percent) ?? '0.0',
    stored_materials_retainage_amount: materials,
    total_retainage: retained,
    total_earned_less_retainage: earned,
    less_previous_certificates_for_payment: previous,
    current_payment_due: minus(earned, previous),
    balance_to_finish_including_retainage: minus(toDate, earned),
    tax_applicable_to_this_payment: '0.00',
    formatted_period: period,
  };
}

/** The line before of each line of an invoice. */
export const linesBefore = (before: Row | undefined): ((item: Row) => Row | undefined) => {
  const lines = new Map(itemsOf(before).map((item) => [keyOf(item), item]));
  return (item) => lines.get(keyOf(item));
};
