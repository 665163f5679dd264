/** Runs and posting sheets as readable text. */
import Table from 'cli-table3';
import { compare, format, subtract, tryParse, zero } from '../engine/model/decimal.ts';
import { shownAmount } from '../engine/model/money.ts';
import { statusWords } from '../engine/model/outcome.ts';
import type { PostingSheet, RecordOutcome, RecordStatus, RunSummary } from '../engine/model/run.ts';

/** An amount with two decimals and thousands separated, for people. */
export function money(amount: string | undefined, currency = ''): string {
  if (amount === undefined || tryParse(amount) === undefined) return amount ?? '';
  return `${shownAmount(amount)}${currency === '' ? '' : ` ${currency}`}`;
}

const plain = { style: { head: [], border: [] } };
const right = 'right' as const;

/** A grid with headings; columns marked `#` at the end of their heading are aligned right. */
export function grid(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    ...plain,
    head: headings.map((heading) => heading.replace(/#$/, '')),
    colAligns: headings.map((heading) => (heading.endsWith('#') ? right : 'left')),
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

const shorten = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

const order: readonly RecordStatus[] = [
  'posted',
  'awaitingApproval',
  'skipped',
  'held',
  'failed',
  'inDoubt',
  'ignored',
  'sending',
  'read',
];

/** Counts and amounts of a run; they add up. */
export function describeRun(run: RunSummary): string {
  const rows = order
    .filter((status) => run.counts[status] > 0)
    .map((status) => [statusWords[status], String(run.counts[status]), amounts(run.amounts[status])]);
  const title = `${run.flowName}: ${run.kind === 'dry' ? 'dry run' : 'run'} ${run.id} ${runWords[run.status]}`;
  const total = ['read', String(run.counts.total), ''];
  return `${title}\n${grid(['Records', 'Count#', 'Amount#'], [...rows, total])}`;
}

const runWords: Record<RunSummary['status'], string> = {
  queued: 'is waiting to start',
  running: 'is running',
  waiting: 'is waiting',
  succeeded: 'succeeded',
  partlySucceeded: 'succeeded in part',
  failed: 'failed',
  cancelled: 'was cancelled',
};

const amounts = (byCurrency: Record<string, string> | undefined): string =>
  Object.entries(byCurrency ?? {})
    .map(([currency, amount]) => money(amount, currency))
    .join(' + ');

/** Fields told of one record; the rest is in the history of the run. */
const mostFields = 6;

function differing(fields: Readonly<Record<string, string>> | undefined): string {
  const told = Object.entries(fields ?? {}).map(([field, what]) => `\n        ${field} ${what}`);
  const more =
    told.length > mostFields ? [`\n        … and ${told.length - mostFields} more: costwire runs show.`] : [];
  return [...told.slice(0, mostFields), ...more].join('');
}

/** Records that need somebody: which, how much, why, and what to do. */
export function describeOpen(outcomes: readonly RecordOutcome[], most = 50): string {
  const lines = outcomes.slice(0, most).map((outcome) => {
    const name = outcome.origin.label ?? outcome.origin.id;
    const scope = outcome.origin.scope === undefined ? '' : ` (${outcome.origin.scope.label})`;
    const amount = outcome.amount === undefined ? '' : `, ${money(outcome.amount, outcome.currency)}`;
    const why = outcome.error?.message ?? outcome.note ?? '';
    const hint = outcome.error === undefined ? '' : `\n      → ${outcome.error.hint}`;
    const fields = differing(outcome.error?.fields);
    return `  ${statusWords[outcome.status]}: ${name}${scope}${amount}\n      ${why}${fields}${hint}`;
  });
  if (outcomes.length > most) lines.push(`  … and ${outcomes.length - most} more: costwire runs show.`);
  return lines.join('\n');
}

/**
 * What the records of a dry run amount to in the source beside what their vouchers amount to, where that is not the same: a
 * document may leave out what its record bills, and nobody should have to find that out later. Undefined where they agree.
 */
export function describeDifference(run: RunSummary, sheet: PostingSheet): string | undefined {
  const source = run.amounts.awaitingApproval ?? {};
  const { byCurrency } = sheet.totals;
  const lines = [...new Set([...Object.keys(source), ...Object.keys(byCurrency)])].flatMap((currency) => {
    const billed = tryParse(source[currency] ?? '0') ?? zero;
    const posted = tryParse(byCurrency[currency]?.amount ?? '0') ?? zero;
    if (compare(billed, posted) === 0) return [];
    const [there, here, between] = [billed, posted, subtract(billed, posted)].map((one) =>
      money(format(one), currency),
    );
    return [`The source's records amount to ${there}, their vouchers to ${here}: the difference is ${between}.`];
  });
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** What a sheet does not list, or this text does not: totals and approval are over all the same. */
function moreVouchers(listed: number, most: number, { omitted = 0, totals }: PostingSheet): string[] {
  const count = Object.values(totals.byCurrency).reduce((sum, each) => sum + each.count, 0);
  const more = count - Math.min(listed, most);
  if (more <= 0) return [];
  const all = 'Totals and approval are over all of them; the Posting sheet tab of the designer lists every one.';
  return omitted === 0
    ? [`… and ${more} more vouchers`]
    : [`… and ${more} more vouchers. This sheet leaves out ${omitted}. ${all}`];
}

const isNothing = (amount: string): boolean => compare(tryParse(amount) ?? zero, zero) === 0;
/** Vendors and other master records have neither lines nor an amount. */
const hasAmount = ({ lines, amount, currency }: PostingSheet['vouchers'][number]): boolean =>
  lines.length > 0 || currency !== '' || !isNothing(amount);
const totals = (title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [title, grid(headings, rows)];

/** The posting sheet: vouchers, then totals by account and project. */
export function describeSheet(sheet: PostingSheet, most = 40): string {
  const vouchers = sheet.vouchers.filter(({ action }) => action === 'create' || action === 'update');
  if (vouchers.length === 0 && (sheet.omitted ?? 0) === 0) return 'Posting sheet: nothing would be posted.';
  const hasUpdates = vouchers.some(({ action }) => action === 'update');
  const hasFiles = vouchers.some(({ attachments }) => attachments !== undefined);
  const rows = vouchers
    .slice(0, most)
    .map((voucher) => [
      ...(hasUpdates ? [voucher.action] : []),
      shorten(voucher.vendorName ?? voucher.vendor ?? '', 28),
      shorten(voucher.number ?? '', 20),
      voucher.date ?? '',
      voucher.documentType ?? '',
      String(voucher.lines.length),
      ...(hasFiles ? [String(voucher.attachments ?? 0)] : []),
      hasAmount(voucher) ? money(voucher.amount, voucher.currency) : '',
    ]);
  const { byAccount, byProject, byCurrency } = sheet.totals;
  const headings = ['Vendor', 'Number', 'Date', 'Type', 'Lines#', ...(hasFiles ? ['Files#'] : []), 'Amount#'];
  const parts = [
    'Posting sheet: what would be posted',
    grid([...(hasUpdates ? ['Effect'] : []), ...headings], rows),
    ...moreVouchers(vouchers.length, most, sheet),
    ...totals(
      'Totals by account',
      ['Account', 'Name', 'Amount#'],
      byAccount.map(({ account, name, amount, currency }) => [
        account,
        shorten(name ?? '', 36),
        money(amount, currency),
      ]),
    ),
    ...totals(
      'Totals by project',
      ['Project', 'Amount#'],
      byProject.map(({ project, amount, currency }) => [project, money(amount, currency)]),
    ),
    ...Object.entries(byCurrency).map(([currency, { count, amount }]) => {
      const vouchersOf = `${count} voucher${count === 1 ? '' : 's'}`;
      return currency === '' && isNothing(amount) ? vouchersOf : `${vouchersOf}, ${money(amount, currency)}`;
    }),
  ];
  return parts.join('\n');
}
