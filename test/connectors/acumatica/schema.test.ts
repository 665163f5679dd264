import { describe, expect, it } from 'vitest';
import type { AcumaticaField } from '../../../connectors/acumatica/codec.ts';
import { attachmentsField } from '../../../connectors/acumatica/resources/files.ts';
import {
  accountFields,
  accountGroupFields,
  journalFields,
  subaccountFields,
} from '../../../connectors/acumatica/schema/ledger.ts';
import { billFields, checkFields, vendorFields } from '../../../connectors/acumatica/schema/payables.ts';
import {
  changeOrderFields,
  costCodeFields,
  projectFields,
  projectTaskFields,
  purchaseOrderFields,
  subcontractFields,
} from '../../../connectors/acumatica/schema/projects.ts';
import { type ContractPart, readContract, type WireType } from '../../../connectors/acumatica/simulator/contract.ts';
import { entityTables } from '../../../connectors/acumatica/simulator/contract-entities.ts';

const contract = readContract(entityTables, 25);
const wireTypes: Partial<Record<AcumaticaField['type'], WireType>> = {
  text: 'S',
  decimal: 'D',
  integer: 'I',
  boolean: 'B',
  date: 'T',
  datetime: 'T',
};
const ours = new Set(['CustomFields', attachmentsField.name]);

/** What a schema says that the contract does not. */
function differences(
  fields: readonly AcumaticaField[],
  part: Pick<ContractPart, 'fields' | 'custom'> & { parts?: ReadonlyMap<string, ContractPart> },
  path: string,
): string[] {
  return fields.flatMap((field) => {
    const name = `${path}.${field.name}`;
    if (field.bare === true || ours.has(field.name)) return [];
    if (field.view !== undefined)
      return part.custom.get(`${field.view}.${field.name}`) === wireTypes[field.type] ? [] : [name];
    const inner = part.parts?.get(field.name);
    if (field.fields !== undefined)
      return inner === undefined ? [name] : differences(field.fields, { ...inner, parts: inner.links }, name);
    const known = part.fields.get(field.name);
    return known?.type === wireTypes[field.type] &&
      (!known?.readOnly || field.readOnly === true || path.includes('History'))
      ? []
      : [name];
  });
}

describe('the connector and the contract', () => {
  it.each<[string, readonly AcumaticaField[]]>([
    ['Account', accountFields],
    ['AccountGroup', accountGroupFields],
    ['Bill', billFields],
    ['ChangeOrder', changeOrderFields],
    ['Check', checkFields],
    ['CostCode', costCodeFields],
    ['JournalTransaction', journalFields],
    ['Project', projectFields],
    ['ProjectTask', projectTaskFields],
    ['PurchaseOrder', purchaseOrderFields],
    ['Subaccount', subaccountFields],
    ['Subcontract', subcontractFields],
    ['Vendor', vendorFields],
  ])('agree on every field of %s, its type and whether it can be written', (entity, fields) => {
    const definition = contract.get(entity);
    if (definition === undefined) throw new Error(entity);
    expect(differences(fields, definition, entity)).toEqual([]);
  });
});
