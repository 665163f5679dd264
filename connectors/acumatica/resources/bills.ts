/** AP bills and adjustments: found by vendor and vendor reference, created on hold, released as an effect of their own. */
import type { FoundDocument, Resource } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import { billFields } from '../schema/payables.ts';
import { billsWithReference, doubtBills, noteBill } from './bill-references.ts';
import { attachmentsField, attachOnce } from './files.ts';
import { getEntity, readEntity } from './reading.ts';
import {
  byAction,
  createDocument,
  type DocumentSpec,
  holdOption,
  readFound,
  releaseDocument,
  removeHold,
  requiredText,
  updateDocument,
} from './writing.ts';

/** How bills are read and written. */
export const billSpec: DocumentSpec = {
  entity: 'Bill',
  resource: 'bills',
  keys: ['Type', 'ReferenceNbr'],
  number: 'ReferenceNbr',
  word: 'bill',
  fields: billFields,
  expand: ['Details', 'TaxDetails'],
  pushable: ['Type', 'Vendor', 'VendorRef', 'Status'],
  incremental: true,
  label: 'VendorRef',
  defaults: { Type: 'Bill' },
  hasHold: true,
  editable: new Set(['On Hold', 'Balanced', 'Pending Approval', 'Rejected']),
  released: new Set(['Open', 'Closed', 'Pre-Released', 'Under Reclassification']),
  lists: ['Details', 'TaxDetails'],
  screen: 'AP301000',
};

/**
 * Bills of the vendor with this reference, however it was typed (case, blanks, punctuation, leading zeros), of the same document
 * type. Voided documents do not count: their number is free again. Nor do bills that release retainage: they carry the reference of
 * the bill that kept it back (assumed).
 */
async function findBills(client: AcumaticaClient, value: Fields): Promise<FoundDocument[]> {
  const vendor = requiredText(billSpec, 'Vendor', value.Vendor);
  const reference = requiredText(billSpec, 'VendorRef', value.VendorRef);
  const type = asText(value.Type) ?? 'Bill';
  const ids = await billsWithReference(client, billSpec, vendor, reference);
  const found = await readFound(client, billSpec, ids);
  return found.filter(
    ({ value: held, status }) => held.Type === type && status !== 'Voided' && held.IsRetainageDocument !== true,
  );
}

const releaseSteps = [removeHold(billSpec), byAction(billSpec, 'ReleaseBill', ['Balanced'], 'release')];

/** The resource. */
export const bills: Resource<AcumaticaClient> = defineResource<AcumaticaClient>({
  id: 'bills',
  title: 'Bills (AP)',
  description: 'Vendor bills and adjustments. New ones are on hold; releasing posts them to the ledger.',
  source: 'OpenAPI of Default/24.200.001; User Guide 2026 R1, form AP301000 (read 2026-11)',
  scope: 'company',
  fields: [...billFields, attachmentsField],
  key: { fields: ['Vendor', 'VendorRef'], normalize: 'invoice-number' },
  // Before retainage on both sides: the payable amount is what Acumatica makes of it.
  amount: {
    field: 'CuryOrigDocAmtWithRetainageTotal',
    currencyField: 'CurrencyID',
    lines: { list: 'Details', field: 'ExtendedCost' },
  },
  roles: {
    date: 'Date',
    vendor: 'Vendor',
    number: 'VendorRef',
    lines: 'Details',
    account: 'Account',
    project: 'Project',
    lineDescription: 'TransactionDescription',
    documentType: 'Type',
    reducingTypes: ['Debit Adj.'],
    accountNames: { resource: 'accounts', code: 'AccountCD', name: 'Description' },
    vendorNames: { resource: 'vendors', code: 'VendorID', name: 'VendorName' },
  },
  pushable: billSpec.pushable ?? [],
  incremental: true,
  options: [holdOption],
  read: (client, request) => readEntity(client, billSpec, request),
  get: (client, id) => getEntity(client, billSpec, id),
  find: findBills,
  create: async (client, value, options) => {
    try {
      const result = await createDocument(client, billSpec, value, options);
      if (result.value !== undefined) noteBill(client, billSpec, result.value);
      return result;
    } catch (thrown) {
      doubtBills(client, value);
      throw thrown;
    }
  },
  update: (client, id, value) => updateDocument(client, billSpec, id, value),
  release: (client, id) => releaseDocument(client, billSpec, id, releaseSteps),
  attach: (client, id, file) => attachOnce(client, billSpec, id, file),
});
