/** Which rules an entity is saved by. */
import type { Fields } from '../../../../engine/model/record.ts';
import type { EntityRules, SaveContext } from '../world.ts';
import { billRules } from './bill.ts';
import { changeOrderRules } from './change-order.ts';
import { checkRules, journalRules, purchaseOrderRules, subcontractRules } from './documents.ts';
import { stored, text } from './shared.ts';

const required = (draft: Fields, context: SaveContext, field: string, label: string): void => {
  if (text(draft[field]) === '') context.errors.add(field, `'${label}' cannot be empty.`);
};

const vendorRules: EntityRules = (draft, context) => {
  required(draft, context, 'VendorName', 'Vendor Name');
  const { database } = context.world;
  // Numbers that came with the tenant are taken: a new vendor must not replace one of them.
  while (text(draft.VendorID) === '') {
    const number = `V${database.nextNumber('Vendor')}`;
    if (database.find('Vendor', [number]) === undefined) draft.VendorID = number;
  }
  draft.VendorID = text(draft.VendorID).toUpperCase();
  if (text(draft.Status) === '') draft.Status = 'Active';
  if (text(draft.VendorClass) === '') draft.VendorClass = 'DEFAULT';
  if (text(draft.CurrencyID) === '') draft.CurrencyID = context.world.baseCurrency;
  if (context.isNew) draft.CreatedDateTime = new Date(context.world.now()).toISOString().replace('Z', '+00:00');
};

const projectRules: EntityRules = (draft, context) => {
  required(draft, context, 'ProjectID', 'Project ID');
  draft.ProjectID = text(draft.ProjectID).toUpperCase();
  if (context.isNew) draft.Status = draft.Hold === false ? 'Active' : 'In Planning';
  else if (context.sent.has('Hold') && text(draft.Status) === 'In Planning' && draft.Hold === false)
    draft.Status = 'Active';
  const properties = draft.ProjectProperties;
  if (context.isNew && (properties ?? null) === null)
    draft.ProjectProperties = { StartDate: stored(context.businessDate) };
};

const projectTaskRules: EntityRules = (draft, context) => {
  required(draft, context, 'ProjectTaskID', 'Task ID');
  const project = context.world.database.find('Project', [text(draft.ProjectID)]);
  if (project === undefined)
    context.errors.add('ProjectID', `Project '${text(draft.ProjectID)}' cannot be found in the system.`);
  if (context.isNew) draft.Status = 'In Planning';
};

const keyed =
  (field: string, label: string): EntityRules =>
  (draft, context) => {
    required(draft, context, field, label);
    draft[field] = text(draft[field]).toUpperCase();
  };

const accountRules: EntityRules = (draft, context) => {
  keyed('AccountCD', 'Account')(draft, context);
  if (context.isNew && draft.Active === undefined) draft.Active = true;
};

const byEntity: Readonly<Record<string, EntityRules>> = {
  Account: accountRules,
  Bill: billRules,
  ChangeOrder: changeOrderRules,
  Check: checkRules,
  CostCode: keyed('CostCodeID', 'Cost Code'),
  JournalTransaction: journalRules,
  Project: projectRules,
  ProjectTask: projectTaskRules,
  PurchaseOrder: purchaseOrderRules,
  Subaccount: keyed('SubaccountCD', 'Subaccount'),
  Subcontract: subcontractRules,
  Vendor: vendorRules,
};

/** The rules of an entity; none for inquiries. */
export const rules = (entity: string): EntityRules => byEntity[entity] ?? (() => undefined);
