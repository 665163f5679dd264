/** What the conformance suite must know of Procore: it reads requisitions and writes payments back. */
import type { ConformanceProfile } from '../../../connectors/kit/conformance.ts';
import type { Fields } from '../../../engine/model/record.ts';

/** A payment of the practice company's first subcontract. */
const payment = (serial: number): Fields => ({
  project_id: '562949955100014',
  contract_id: '562949980000041',
  requisition_id: '562949990000101',
  amount: '43200.00',
  date: '2026-06-25',
  payment_method: 'check',
  check_number: `1048${serial}`,
});

export const profile: ConformanceProfile = {
  read: {
    resource: 'requisitions',
    path: '/rest/v1.1/requisitions',
    paged: true,
    scopePath: '/rest/v1.1/requisitions?project_id=562949955100014',
  },
  secret: 'clientSecret',
  tokens: true,
  write: {
    resource: 'contract-payments',
    path: '/rest/v1.0/contract_payments',
    method: 'POST',
    value: payment,
    refused: (serial) => ({ ...payment(serial), payment_method: 'barter' }),
  },
};
