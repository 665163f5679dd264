/** What Procore shows of a record in one place and leaves out in another. @source Procore's OpenAPI (2026-05) */
import { listOf, type Row, rowOf } from './rows.ts';

/** A row without some of its fields. */
export const without = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

const lineFields = [
  ...[
    'id',
    'description',
    'uom',
    'quantity',
    'unit_cost',
    'amount',
    'extended_type',
    'wbs_code',
    'tax_code_id',
    'position',
  ],
  'prime_line_item_id',
] as const;

/** A line of a change order as version 2 shows it: the budget code instead of cost code and cost type, one amount, no stamps. */
export const versionTwoLine = (row: Row, kind: string): Row => ({
  ...Object.fromEntries(lineFields.map((name) => [name, row[name] ?? null])),
  ...(kind === 'commitment_change_orders' ? { commitment_line_item_id: null } : {}),
  quantity: Number(row.quantity ?? 0),
  wbs_code_id: rowOf(row.wbs_code).id ?? null,
});

const packageLineHides = [
  ...['amount', 'extended_type', 'tax_code_id', 'company', 'origin_id', 'origin_data', 'created_at', 'updated_at'],
];

/** A change order package as it is shown singly: its lines have totals, but not how they came about. */
export const packageLines = (row: Row): Row => ({
  ...row,
  line_items: listOf(row.line_items).map((line) => without(rowOf(line), packageLineHides)),
});

/** What a list of prime contracts leaves out. */
export const primeTotals = [
  ...['revised_contract_amount', 'pending_change_orders_amount', 'owner_invoices_amount', 'outstanding_balance'],
  ...['total_payments', 'project', 'type', 'line_items_total', 'line_items_extended_total', 'percentage_paid'],
  ...['pending_revised_contract_amount', 'draft_change_orders_amount', 'allow_payment_applications', 'allow_payments'],
];

/** A direct cost as it is shown singly: its lines do not name it. */
export const wholeCost = (row: Row): Row => ({
  ...row,
  line_items: listOf(row.line_items).map((line) => without(rowOf(line), ['holder'])),
});

/** A project as version 1.0 lists it. */
const listedProject = (row: Row): Row => without(row, ['standard_cost_code_list_id', 'template', 'tz_name']);

/** The two lists of projects and what they show of one. */
export const projectLists = [
  ['/rest/v1.0/projects', listedProject],
  ['/rest/v1.1/projects', (row: Row): Row => row],
] as const;

/** The vendor of a contract as the list of all commitments names it. */
export const briefVendor = (vendor: unknown): Row | null => {
  const { id, company } = rowOf(vendor);
  return id === undefined ? null : { id, name: company };
};

const wholePaymentNumbers = ['payment_number', 'draw_request_number', 'requisition_id'];

/** A payment of a contract as it is answered: without the method it was made by. */
export const shownPayment = (row: Row): Row => ({
  ...without(row, ['payment_method']),
  ...Object.fromEntries(
    wholePaymentNumbers.flatMap((name) => {
      const given = row[name] ?? null;
      return given === null ? [] : [[name, Number(given)]];
    }),
  ),
});
