/** The practice company's fixed calendar: eighteen months of billing, 2025-06 to 2026-11. */
import type { BillingPeriod, FiscalPeriod } from './types.ts';

/** Months that are billed; a month's index is its place in here. */
export const months: readonly string[] = Array.from({ length: 18 }, (_, index) => {
  const month = 5 + index;
  return `${2025 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
});

/** Index of the month that is closed for vendor invoices, 2026-02. */
export const closedMonth = 8;

/** Last day of a month. */
export function monthEnd(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}

/** A date some days later. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** An instant on a date; `minute` counts from midnight UTC. */
export const instant = (date: string, minute: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + minute * 60_000).toISOString().replace('.000Z', 'Z');

const firstPeriodId = 30801;

/** Id of a job's billing period. */
export const billingPeriodId = (jobIndex: number, month: number): string =>
  String(firstPeriodId + jobIndex * months.length + month);

/** The billing periods of a job; the last two months are open. */
export const billingPeriods = (jobId: string, jobIndex: number): BillingPeriod[] =>
  months.map((month, index) => ({
    id: billingPeriodId(jobIndex, index),
    jobId,
    start: `${month}-01`,
    end: monthEnd(month),
    due: addDays(monthEnd(month), 5),
    position: index + 1,
    status: index >= months.length - 2 ? 'open' : 'closed',
  }));

/** Two fiscal years by month; one month is closed for vendor invoices in the middle of what is billed. */
export const fiscalPeriods = (): FiscalPeriod[] =>
  Array.from({ length: 24 }, (_, index) => {
    const id = `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
    return { id, start: `${id}-01`, end: monthEnd(id), closedInPayables: id === months[closedMonth] };
  });
