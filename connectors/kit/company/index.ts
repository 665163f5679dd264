/** The practice company's public face: one seeded contractor that every simulator plays. */
export { addDays, closedMonth, months } from './calendar.ts';
export {
  bookOf,
  type Company,
  companyFor,
  type ErpData,
  emptyCompany,
  practiceCompany,
  practiceSeed,
  type RequisitionBook,
} from './company.ts';
export type { ChangeOrderDifference, CommitmentDifference } from './erp.ts';
export { budgetCodeId, costCode, flatCode, jobCostCodeId } from './master.ts';
export { isApproved } from './oddities.ts';
export type * from './types.ts';
