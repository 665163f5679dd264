/** What is deliberately wrong in the practice company, with the records it concerns: so that a demo can explain what it holds. */
import { closedMonth, months } from './calendar.ts';
import { inCents, type PlannedSubcontract } from './commitments.ts';
import {
  codeMissingInErp,
  inactiveAccountCode,
  jobWithoutErpProject,
  jobWithoutTask,
  ungroupedAccountCode,
  unmappedCode,
} from './master.ts';
import type { Trouble } from './plan.ts';
import type { Oddity, Requisition } from './types.ts';

/** Statuses that are posted. */
export const isApproved = (requisition: Requisition): boolean =>
  requisition.status === 'approved' || requisition.status === 'approved_as_noted';

interface Wording {
  id: Trouble;
  title: string;
  expected: string;
  subject: string;
  /** Cost code that a requisition must carry to be concerned; all of the subcontract's otherwise. */
  code?: string;
}

const wordings: readonly Wording[] = [
  {
    id: 'unmapped-code',
    title: 'A cost code without a mapping row',
    expected: 'held as unmapped',
    subject: `cost code ${unmappedCode}, cost type S`,
    code: unmappedCode,
  },
  {
    id: 'inactive-account',
    title: 'A line coded to an inactive account',
    expected: 'refused by the ERP: the account is inactive',
    subject: `cost code ${inactiveAccountCode}, account 54950`,
    code: inactiveAccountCode,
  },
  {
    id: 'account-without-group',
    title: 'A line coded to an account without account group',
    expected: 'refused by the ERP: project costs need an account group',
    subject: `cost code ${ungroupedAccountCode}, account 55900`,
    code: ungroupedAccountCode,
  },
  {
    id: 'cost-code-missing-in-erp',
    title: 'A cost code that the ERP does not have',
    expected: 'refused by the ERP: unknown cost code',
    subject: `cost code ${codeMissingInErp}`,
    code: codeMissingInErp,
  },
  {
    id: 'vendor-missing-in-erp',
    title: 'Vendors that the ERP does not have',
    expected: 'held: vendor unknown',
    subject: 'Orca Dive & Marine, Tidewater Caulking',
  },
  {
    id: 'vendor-inactive-in-erp',
    title: 'A vendor that is inactive in the ERP',
    expected: 'refused by the ERP: vendor inactive',
    subject: 'Abatement Specialists Northwest',
  },
  {
    id: 'project-missing-in-erp',
    title: 'A job that the ERP does not have',
    expected: 'refused by the ERP: unknown project',
    subject: `job ${jobWithoutErpProject}`,
  },
  {
    id: 'task-missing-in-erp',
    title: 'A project that lacks a task in the ERP',
    expected: 'refused by the ERP: unknown project task',
    subject: `job ${jobWithoutTask.number}, task ${jobWithoutTask.task}`,
  },
];

/** Every oddity with the approved requisitions it concerns. */
export function findOddities(
  requisitions: readonly Requisition[],
  subcontracts: readonly PlannedSubcontract[],
  handKeyed: Requisition | undefined,
): Oddity[] {
  const approved = requisitions.filter(isApproved);
  const idsWhere = (test: (requisition: Requisition) => boolean): string[] => approved.filter(test).map(({ id }) => id);
  const commitmentsWith = (trouble: Trouble): Set<string> =>
    new Set(subcontracts.filter((entry) => entry.plan.trouble === trouble).map((entry) => entry.commitment.id));
  const troubled = wordings.map(({ code, ...wording }): Oddity => {
    const commitments = commitmentsWith(wording.id);
    const concerned = (entry: Requisition): boolean =>
      commitments.has(entry.commitmentId) && (code === undefined || entry.lines.some((line) => line.costCode === code));
    return { ...wording, requisitions: idsWhere(concerned) };
  });
  return [
    ...troubled,
    {
      id: 'closed-period',
      title: 'Invoices in a closed period',
      expected: 'held: the period is closed for vendor invoices',
      subject: `period ${months[closedMonth]}`,
      requisitions: idsWhere((entry) => entry.start.startsWith(months[closedMonth] ?? '')),
    },
    {
      id: 'duplicate-number',
      title: 'One invoice number twice, differing in case and spaces',
      expected: 'the first is posted, the second held as a duplicate',
      subject: 'Delta Concrete LLC, “DC-0713” and “dc 0713 ”',
      requisitions: idsWhere((entry) => entry.invoiceNumber === 'DC-0713' || entry.invoiceNumber === 'dc 0713 '),
    },
    {
      id: 'hand-keyed',
      title: 'An invoice that was keyed into the ERP by hand, 900.00 too high',
      expected: 'held: the ERP has it with another amount',
      subject: `Crown Ceilings & Acoustics, ${handKeyed?.invoiceNumber ?? ''}, ERP bill 001212`,
      requisitions: handKeyed === undefined ? [] : [handKeyed.id],
    },
    {
      id: 'negative',
      title: 'Negative invoices',
      expected: 'posted as debit adjustments',
      subject: 'credits for work billed too early',
      requisitions: idsWhere((entry) => inCents(entry.summary.currentPaymentDue) < 0),
    },
    {
      id: 'retainage-release',
      title: 'Final invoices that only release retainage',
      expected: 'posted: gross 0.00, net the retainage held',
      subject: 'finished subcontracts',
      requisitions: idsWhere((entry) => entry.final),
    },
  ];
}
