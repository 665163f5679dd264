/** Costs outside commitments: vendors' invoices, expenses and payroll. */
import { addDays, instant, months } from './calendar.ts';
import { sumOfLines } from './commitments.ts';
import { dice, money } from './dice.ts';
import {
  codeMissingInErp,
  inactiveAccountCode,
  jobs,
  leafCodes,
  ungroupedAccountCode,
  unmappedCode,
  vendors,
} from './master.ts';
import type { CostCode, CostType, DirectCost, ScheduleLine, Vendor } from './types.ts';

/** Direct costs of the practice company by type. */
export const directCostCounts = { invoice: 70, expense: 30, payroll: 20 } as const;

const troubled = new Set([unmappedCode, inactiveAccountCode, ungroupedAccountCode, codeMissingInErp]);
const codes = leafCodes.filter((code) => !troubled.has(code.fullCode));
const mechanical = new Set(['14', '21', '22', '23', '26']);
const statuses: readonly DirectCost['status'][] = [
  'approved',
  'approved',
  'approved',
  'approved',
  'pending',
  'draft',
  'approved',
  'revise_and_resubmit',
];
const people = ['Dana Cole', 'Marek Żak', "Siobhán O'Neill", 'Kenji Watanabe', 'Ana Beltrán'] as const;
const wording: Readonly<Record<DirectCost['type'], readonly [string, ...string[]]>> = {
  invoice: ['Delivered materials', 'Off-cuts and fixings', 'Rental, one month', 'Haulage'],
  expense: ['Travel to site', 'Permit at the city hall', 'Small tools', 'Safety supplies'],
  payroll: ['Carpenters', 'Labourers', 'Superintendent', 'Field engineer'],
};
const costTypesOf: Readonly<Record<DirectCost['type'], readonly [CostType['code'], ...CostType['code'][]]>> = {
  invoice: ['M', 'E', 'M'],
  expense: ['O', 'M'],
  payroll: ['L'],
};

function makeLines(
  seed: number,
  index: number,
  type: DirectCost['type'],
  jobNumber: string,
  firstLine: number,
): ScheduleLine[] {
  const lots = dice(seed, `direct cost lines ${index}`);
  const allowed = jobNumber === '2503' ? codes.filter((code) => !mechanical.has(code.fullCode.slice(0, 2))) : codes;
  return Array.from({ length: lots.between(1, 4) }, (_, at) => {
    const code = allowed[lots.between(0, allowed.length - 1)] ?? (codes[0] as CostCode);
    const quantity = lots.between(1, 60);
    const unitCost = lots.between(350, 60_000);
    return {
      id: String(firstLine + at),
      position: at + 1,
      description: `${lots.pick(wording[type])} – ${code.name}`,
      costCode: code.fullCode,
      costType: lots.pick(costTypesOf[type]),
      amount: money(quantity * unitCost),
      quantity: `${quantity}.0`,
      unitCost: money(unitCost),
      uom: type === 'payroll' ? 'hr' : 'ea',
    };
  });
}

/** All direct costs, oldest first. Only active jobs that the ERP knows have them. */
export function makeDirectCosts(seed: number): DirectCost[] {
  const active = jobs.filter((job) => job.active && job.erpProject !== undefined);
  const suppliers = vendors.filter((vendor) => vendor.erpId !== undefined && vendor.kind === 'supplier');
  const types: DirectCost['type'][] = [
    ...Array.from({ length: directCostCounts.invoice }, () => 'invoice' as const),
    ...Array.from({ length: directCostCounts.expense }, () => 'expense' as const),
    ...Array.from({ length: directCostCounts.payroll }, () => 'payroll' as const),
  ];
  let line = 562949985100001;
  return types
    .map((type, index) => {
      const lots = dice(seed, `direct cost ${index}`);
      const job = active[lots.between(0, active.length - 1)] ?? (jobs[0] as (typeof jobs)[number]);
      const month = lots.between(job.start.startsWith('2026') ? 9 : 0, months.length - 2);
      const date = `${months[month]}-${String(lots.between(2, 27)).padStart(2, '0')}`;
      return { type, index, job, date, lots };
    })
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.index - b.index))
    .map(({ type, index, job, date, lots }, order) => {
      const lines = makeLines(seed, index, type, job.number, line);
      line += lines.length;
      const vendor = suppliers[lots.between(0, suppliers.length - 1)] ?? (vendors[2] as Vendor);
      return {
        id: String(562949985000020 + order),
        jobId: job.id,
        type,
        ...(type === 'invoice'
          ? { vendorId: vendor.id, invoiceNumber: `${vendor.invoicePrefix}-8${String(index).padStart(4, '0')}` }
          : {}),
        ...(type === 'invoice' ? { receivedDate: addDays(date, 1) } : { employee: lots.pick(people) }),
        date,
        description: lots.pick(wording[type]),
        status: statuses[index % statuses.length] ?? 'approved',
        amount: money(sumOfLines(lines)),
        lines,
        createdAt: instant(addDays(date, 1), 500 + order),
        updatedAt: instant(addDays(date, 4), 500 + order),
      };
    });
}
