/** Amounts and times as text. Amounts stay decimal strings: digits are grouped, never computed. */
import { t } from '../strings/index.ts';

/** How negative amounts look. */
export type AmountStyle = 'minus' | 'brackets';

/** A decimal string with grouped digits and at least two decimals: `-1250.5` → `-1,250.50` or `(1,250.50)`. */
export function formatAmount(amount: string, style: AmountStyle, currency?: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.trim());
  if (match === null) return amount;
  const [, sign = '', whole = '0', decimals = ''] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const digits = `${grouped}.${decimals.padEnd(2, '0')}`;
  const isZero = /^[0,.]*$/.test(digits);
  const signed = sign === '' || isZero ? digits : style === 'brackets' ? `(${digits})` : `-${digits}`;
  return currency === undefined ? signed : `${signed} ${currency}`;
}

/** Amounts by currency, side by side. */
export function formatAmounts(amounts: Readonly<Record<string, string>>, style: AmountStyle): string {
  return Object.entries(amounts)
    .map(([currency, amount]) => formatAmount(amount, style, currency))
    .join(' · ');
}

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** An instant as people say it: `5 minutes ago`, `in 2 days`, `just now`. */
export function formatRelative(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return t.justNow;
}

/** A count, short where it is long: `1.2k`. */
export const shortCount = (count: number): string =>
  count < 10_000 ? String(count) : `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)}k`;
