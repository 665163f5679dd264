/** What the conformance suite must know of Acumatica. */
import type { ConformanceProfile } from '../../../connectors/kit/conformance.ts';
import type { Fields } from '../../../engine/model/record.ts';

const bill = (serial: number, account: string): Fields => ({
  Type: 'Bill',
  Vendor: 'V000001',
  VendorRef: `CONFORMANCE-${serial}`,
  Date: '2026-03-31',
  Description: 'Conformance',
  Details: [
    {
      Project: '2407',
      ProjectTask: '20',
      CostCode: '01010100',
      Account: account,
      Subaccount: '200000',
      TransactionDescription: 'Work',
      Qty: '1',
      ExtendedCost: '18500.07',
    },
  ],
});

export const profile: ConformanceProfile = {
  read: { resource: 'project-tasks', path: '/ProjectTask', paged: true },
  secret: 'clientSecret',
  tokens: true,
  write: {
    resource: 'bills',
    path: '/Bill',
    method: 'PUT',
    value: (serial) => bill(serial, '54200'),
    refused: (serial) => bill(serial, '54950'),
  },
};
