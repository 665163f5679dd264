/** Tenants without the practice company: an almost empty one, and one of any size for measurements. */
import type { SeedBill, TenantData } from './seed.ts';

const months = (years: readonly number[]): TenantData['periods'] =>
  years.flatMap((year) =>
    Array.from({ length: 12 }, (_, index) => {
      const id = `${year}-${String(index + 1).padStart(2, '0')}`;
      return {
        id,
        start: `${id}-01`,
        end: `${id}-${new Date(Date.UTC(year, index + 1, 0)).getUTCDate()}`,
        closedInPayables: false,
      };
    }),
  );

/** What every company has: one account, subaccount and open periods, and no documents. */
export const emptyTenant = (): TenantData => ({
  accounts: [{ account: '51000', description: 'Cost', type: 'Expense', accountGroup: 'COST', active: true }],
  subaccounts: [{ id: '000000', description: 'Default', active: true }],
  vendors: [],
  projects: [],
  costCodes: [{ id: '00000', description: 'Default' }],
  periods: months([2024, 2025, 2026, 2027]),
  commitments: [],
  bills: [],
});

/** A tenant with `records` released bills of `lines` lines each, spread over 50 vendors and some projects. */
export function syntheticTenant(records: number, lines: number, projects: number): TenantData {
  const vendors = Array.from({ length: 50 }, (_, index) => ({
    id: `V${String(index + 1).padStart(6, '0')}`,
    name: `Vendor ${index + 1}`,
    taxId: '',
    active: true,
    terms: 'NET30',
  }));
  const bill = (index: number): SeedBill => {
    const amount = `${lines * 100}.00`;
    return {
      number: String(index + 1).padStart(6, '0'),
      vendorId: vendors[index % vendors.length]?.id ?? '',
      vendorRef: `S-${index + 1}`,
      date: `2026-${String((index % 12) + 1).padStart(2, '0')}-15`,
      description: `Synthetic bill ${index + 1}`,
      status: 'Open',
      amount,
      balance: amount,
      lines: Array.from({ length: lines }, (_, line) => ({
        account: '51000',
        subaccount: '000000',
        project: `P${(index % projects) + 1}`,
        task: '10',
        costCode: '00000',
        description: `Line ${line + 1}`,
        amount: '100.00',
      })),
    };
  };
  return {
    ...emptyTenant(),
    vendors,
    projects: Array.from({ length: projects }, (_, index) => ({
      id: `P${index + 1}`,
      description: `Project ${index + 1}`,
      active: true,
      tasks: [{ id: '10', description: 'Work', active: true }],
    })),
    bills: Array.from({ length: records }, (_, index) => bill(index)),
  };
}
