/** Malformed rows, one per list, each switched on by a fault. @source fact sheet 18.7 */
import type { ProcoreRequest, RowSource } from './lists.ts';
import { type Row, rowOf } from './rows.ts';

const firstItem = (row: Row, change: Row): Row => {
  const items = Array.isArray(row.items) ? row.items : [];
  return { ...row, items: items.map((item, index) => (index === 0 ? { ...rowOf(item), ...change } : item)) };
};

const withSummary = (row: Row, change: Row): Row => ({ ...row, summary: { ...rowOf(row.summary), ...change } });

/** What each fault makes of a row. */
const spoilers: Readonly<Record<string, (row: Row) => Row>> = {
  'bad-amount': (row) => withSummary(row, { current_payment_due: 'n/a' }),
  'thousands-separator': (row) => withSummary(row, { current_payment_due: '10,812.60' }),
  'bad-date': (row) => ({ ...row, billing_date: '0000-00-00' }),
  'number-for-text': (row) => ({
    ...withSummary(row, { current_payment_due: 10812.6 }),
    invoice_number: 123,
    percent_complete: 0,
  }),
  'huge-field': (row) => ({ ...row, contract_name: 'x'.repeat(2 * 1024 * 1024) }),
  'no-id': (row) => ({ ...row, id: null }),
  'unknown-status': (row) => ({ ...row, status: 'Approved' }),
  'unknown-keys': (row) => ({ ...row, brand_new_field: { deep: [1, 2, 3] } }),
  'strange-text': (row) => ({
    ...row,
    invoice_number: 'Ω-№ 7\u0000\u001b[31m',
    contract_name: 'Łódź 中村 🏗️ \u202egnol',
  }),
  'empty-currency': (row) => ({ ...row, currency_configuration: {} }),
  'null-cost-code': (row) => firstItem(row, { cost_code_id: null, wbs_code: null }),
  'deleted-cost-code': (row) => firstItem(row, { cost_code_id: 562949970999999 }),
  'no-budget-code': (row) => firstItem(row, { wbs_code: null }),
  'lines-do-not-sum': (row) => firstItem(row, { net_amount: '0.01' }),
  'items-not-a-list': (row) => ({ ...row, items: 'none' }),
  'five-decimals': (row) => firstItem(row, { scheduled_quantity: '1.23456' }),
  'blank-invoice-number': (row) => ({ ...row, invoice_number: '' }),
};

/** Names of the faults that spoil a row. */
export const spoilerNames: readonly string[] = [...Object.keys(spoilers), 'big-id'];

/** Spoils the first row of the list as the request's faults say. An id above 2^53 is text here and becomes a bare number on the wire. */
export function spoil(request: ProcoreRequest, source: RowSource): RowSource {
  const active = Object.keys(spoilers).filter((name) => request.marks.has(name));
  const bigId = request.marks.has('big-id');
  if (active.length === 0 && !bigId) return source;
  return {
    length: source.length,
    at: (index) => {
      const row = source.at(index);
      if (index !== 0) return row;
      const spoiled = active.reduce((current, name) => spoilers[name]?.(current) ?? current, row);
      return bigId ? { ...spoiled, id: JSON.rawJSON('9007199254740993123') } : spoiled;
    },
  };
}
