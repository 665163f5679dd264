/** Malformed rows, one per list, each switched on by a fault. @source fact sheet 18.7 */
import type { ProcoreRequest, RowSource } from './lists.ts';
import { type Row, rowOf } from './rows.ts';

const firstItem = (row: Row, change: Row): Row => {
  const items = Array.isArray(row.items) ? row.items : [];
  return { ...row, items: items.map((item, index) => (index === 0 ? { ...rowOf(item), ...change } : item)) };
};

const withSummary = (row: Row, change: Row): Row => ({ ...row, summary: { ...rowOf(row.summary), ...change } });

type Spoiler = (row: Row) => Row;

/** What each fault makes of a requisition. */
const ofRequisitions: Readonly<Record<string, Spoiler>> = {
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
  'other-currency': (row) => ({
    ...row,
    currency_configuration: {
      currency_iso_code: 'CAD',
      base_currency_iso_code: 'USD',
      currency_exchange_rate: 0.7361234567,
    },
  }),
  'empty-currency': (row) => ({ ...row, currency_configuration: {} }),
  'null-cost-code': (row) => firstItem(row, { cost_code_id: null, wbs_code: null }),
  'deleted-cost-code': (row) => firstItem(row, { cost_code_id: 562949970999999 }),
  'no-budget-code': (row) => firstItem(row, { wbs_code: null }),
  'lines-do-not-sum': (row) => firstItem(row, { net_amount: '0.01' }),
  'items-not-a-list': (row) => ({ ...row, items: 'none' }),
  'five-decimals': (row) => firstItem(row, { scheduled_quantity: '1.23456' }),
  'blank-invoice-number': (row) => ({ ...row, invoice_number: '' }),
  'no-vendor': (row) => ({ ...row, vendor_id: null, vendor_name: null }),
  'vendor-gone': (row) => ({ ...row, vendor_id: 562949960999999 }),
  'contract-gone': (row) => ({ ...firstItem(row, { wbs_code: null }), commitment_id: 562949980999999 }),
  'long-text': (row) => firstItem(row, { description_of_work: 'Work as described. '.repeat(5_000) }),
  'text-id': (row) => ({ ...row, id: '9007199254740993123' }),
  'no-summary': (row) => ({ ...row, summary: null }),
};

/** What each fault makes of a contract, listed or shown. */
const ofContracts: Readonly<Record<string, Spoiler>> = {
  'contract-without-vendor': ({ vendor: _vendor, ...row }) => row,
  'contract-vendor-gone': (row) => ({ ...row, vendor: { id: 562949960999999, company: 'Merged away LLC' } }),
  'contract-unknown-status': (row) => ({ ...row, status: 'Out for signature (2)' }),
};

/** What each fault makes of a direct cost, listed or shown. */
const ofDirectCosts: Readonly<Record<string, Spoiler>> = {
  'cost-without-vendor': (row) => ({ ...row, vendor: null, vendor_id: null, vendor_name: null }),
  'cost-unknown-type': (row) => ({ ...row, direct_cost_type: 'petty_cash' }),
};

/** What each fault makes of a cost type. */
const ofCostTypes: Readonly<Record<string, Spoiler>> = {
  'null-base-type': (row) => ({ ...row, base_type: null }),
};

const spoilers: Readonly<Record<string, Readonly<Record<string, Spoiler>>>> = {
  requisitions: ofRequisitions,
  contracts: ofContracts,
  'direct-costs': ofDirectCosts,
  'cost-types': ofCostTypes,
};

/** Names of the faults that spoil a row. */
export const spoilerNames: readonly string[] = [
  ...Object.values(spoilers).flatMap((named) => Object.keys(named)),
  'big-id',
];

/** What the request's faults make of a single record of a kind; undefined where nothing. */
export function spoilerOf(request: ProcoreRequest, kind: string): Spoiler | undefined {
  const active = Object.entries(spoilers[kind] ?? {}).filter(([name]) => request.marks.has(name));
  return active.length === 0 ? undefined : (row) => active.reduce((current, [, change]) => change(current), row);
}

/** Spoils the first row of the list as the request's faults say. An id above 2^53 is text here and becomes a bare number on the wire. */
export function spoil(request: ProcoreRequest, kind: string, source: RowSource): RowSource {
  const bigId = kind === 'requisitions' && request.marks.has('big-id');
  const spoilRow = spoilerOf(request, kind);
  if (spoilRow === undefined && !bigId) return source;
  return {
    length: source.length,
    at: (index) => {
      const row = source.at(index);
      if (index !== 0) return row;
      const spoiled = spoilRow?.(row) ?? row;
      return bigId ? { ...spoiled, id: JSON.rawJSON('9007199254740993123') } : spoiled;
    },
  };
}
