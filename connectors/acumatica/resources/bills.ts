/** AP bills and adjustments: found by vendor and vendor reference, created on hold, released as an effect of their own. */
import type { FoundDocument, Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asList, asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import { billFields } from '../schema/payables.ts';
import { billsWithReference, doubtBills, noteBill } from './bill-references.ts';
import { attachmentsField, attachOnce } from './files.ts';
import { extendable, type Words } from './own-fields.ts';
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
async function findBills(client: AcumaticaClient, spec: DocumentSpec, value: Fields): Promise<FoundDocument[]> {
  const vendor = requiredText(spec, 'Vendor', value.Vendor);
  const reference = requiredText(spec, 'VendorRef', value.VendorRef);
  const type = asText(value.Type) ?? 'Bill';
  const ids = await billsWithReference(client, spec, vendor, reference);
  const found = await readFound(client, spec, ids);
  return found.filter(
    ({ value: held, status }) => held.Type === type && status !== 'Voided' && held.IsRetainageDocument !== true,
  );
}

/** Taxes that a flow sends are calculated anew unless they are said to be right; where the version cannot say that, they are refused. */
function withTaxes(client: AcumaticaClient, value: Fields): Fields {
  if ((asList(value.TaxDetails) ?? []).length === 0 || value.IsTaxValid !== undefined) return value;
  const { endpointName, endpointVersion } = client.settings;
  if (endpointName === 'Default' && endpointVersion === '22.200.001')
    throw new AppError('data.badValue', 'Taxes cannot be sent with a bill through the endpoint version 22.200.001.', {
      fields: { TaxDetails: 'Acumatica would calculate them anew' },
      hint: 'Choose another endpoint version on the connection, or leave the taxes to Acumatica.',
    });
  return { ...value, IsTaxValid: true };
}

/** The way of a bill from hold to the ledger. */
export const billReleaseSteps = [removeHold(billSpec), byAction(billSpec, 'ReleaseBill', ['Balanced'], 'release')];

/** Bills with the fields of a spec, under its resource id. */
const billResource = (spec: DocumentSpec, words: Words): Resource<AcumaticaClient> =>
  defineResource<AcumaticaClient>({
    id: spec.resource,
    ...words,
    source: 'OpenAPI of Default/24.200.001; User Guide 2026 R1, form AP301000 (read 2026-11)',
    scope: 'company',
    fields: [...spec.fields, attachmentsField],
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
    pushable: spec.pushable ?? [],
    incremental: true,
    options: [holdOption],
    read: (client, request) => readEntity(client, spec, request),
    get: (client, id) => getEntity(client, spec, id),
    find: (client, value) => findBills(client, spec, value),
    create: async (client, value, options) => {
      try {
        const result = await createDocument(client, spec, withTaxes(client, value), options);
        if (result.value !== undefined) noteBill(client, spec, result.value);
        return result;
      } catch (thrown) {
        doubtBills(client, value);
        throw thrown;
      }
    },
    update: (client, id, value) => updateDocument(client, spec, id, withTaxes(client, value)),
    release: (client, id) => releaseDocument(client, spec, id, billReleaseSteps),
    attach: (client, id, file) => attachOnce(client, spec, id, file),
  });

/** The resource, also with own fields. */
export const extendableBills = extendable(
  billSpec,
  {
    title: 'Bills (AP)',
    description: 'Vendor bills and adjustments. New ones are on hold; releasing posts them to the ledger.',
  },
  billResource,
);

/** The resource. */
export const bills: Resource<AcumaticaClient> = extendableBills.plain;
