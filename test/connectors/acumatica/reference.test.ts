/** The connector's schemas and the simulator's contract against the facts of the endpoint Default, version by version. */
import { describe, expect, it } from 'vitest';
import type { AcumaticaField } from '../../../connectors/acumatica/codec.ts';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import { attachmentsField } from '../../../connectors/acumatica/resources/files.ts';
import { type ContractPart, readContract } from '../../../connectors/acumatica/simulator/contract.ts';
import { entityTables } from '../../../connectors/acumatica/simulator/contract-entities.ts';
import { describedIn, description, isOnForm, partOf } from '../../support/reference/acumatica.ts';

const versions = description.versions.map((version) => Number(version.split('.')[0]));

const types: Partial<Record<AcumaticaField['type'], string>> = {
  ...{ text: 'S', decimal: 'D', integer: 'I', boolean: 'B', date: 'T', datetime: 'T' },
};
const ours = new Set(['CustomFields', attachmentsField.name]);

/** Fields of a schema that the newest version does not have so. */
function strangers(fields: readonly AcumaticaField[], entity: string, top: string, path: string): string[] {
  const described = describedIn(25).get(entity)?.fields;
  return fields.flatMap((field) => {
    const where = `${path}.${field.name}`;
    if (field.bare === true || ours.has(field.name)) return [];
    if (field.view !== undefined) return isOnForm(top, `${field.view}.${field.name}`) ? [] : [where];
    const type = described?.get(field.name);
    if (field.fields === undefined) return type === types[field.type] ? [] : [`${where} is ${type ?? 'unknown'}`];
    const part = partOf(25, entity, [field.name]);
    const isRows = type?.endsWith('[]') === true;
    if (part === undefined || isRows !== (field.type === 'list')) return [`${where} is ${type ?? 'unknown'}`];
    return strangers(field.fields, part, top, where);
  });
}

const entityOf: Readonly<Record<string, string>> = {
  ...{ bills: 'Bill', checks: 'Check', vendors: 'Vendor', accounts: 'Account', subaccounts: 'Subaccount' },
  ...{
    'account-groups': 'AccountGroup',
    projects: 'Project',
    'project-tasks': 'ProjectTask',
    'cost-codes': 'CostCode',
  },
  ...{ 'purchase-orders': 'PurchaseOrder', subcontracts: 'Subcontract', 'change-orders': 'ChangeOrder' },
  ...{ 'journal-transactions': 'JournalTransaction' },
};

describe('the schema of', () => {
  it.each(Object.entries(entityOf))('%s has only what the endpoint has', (id, entity) => {
    const fields = acumatica.resources.find((resource) => resource.id === id)?.fields ?? [];
    expect(fields.length).toBeGreaterThan(3);
    expect(strangers(fields as readonly AcumaticaField[], entity, entity, entity)).toEqual([]);
  });

  it('branches has only what the inquiry has', () => {
    const fields = acumatica.resources.find(({ id }) => id === 'branches')?.fields ?? [];
    const row = 'CompaniesStructureDetail';
    expect(strangers(fields as readonly AcumaticaField[], row, 'CompaniesStructure', row)).toEqual([]);
  });

  it('periods has only what a year and its rows have', () => {
    const fields = acumatica.resources.find(({ id }) => id === 'periods')?.fields ?? [];
    const [year, row] = ['CompanyFinancialPeriod', 'FinancialPeriodDetail'].map((name) => describedIn(25).get(name));
    for (const { name } of fields) expect(year?.fields.has(name) === true || row?.fields.has(name) === true).toBe(true);
  });
});

type Part = Pick<ContractPart, 'fields' | 'links'>;

/** What a part of the simulator's contract has that the description of a version does not. */
function invented(version: number, name: string, part: Part, path: string): string[] {
  const described = describedIn(version).get(name);
  const fields = [...part.fields.values()].flatMap((field) =>
    described?.fields.get(field.name) === field.type ? [] : [`${path}.${field.name}`],
  );
  const links = [...part.links].flatMap(([link, inner]) => {
    const target = partOf(version, name, [link]);
    return target === undefined ? [`${path}.${link}`] : invented(version, target, inner, `${path}.${link}`);
  });
  return [...fields, ...links];
}

describe.each(versions)('the simulator of Default %s', (version) => {
  const contract = [...readContract(entityTables, version)];

  it.each(contract)('has no %s but the published one', (name, entity) => {
    expect(describedIn(version).get(name)?.screen).toBe(entity.screen);
    expect(invented(version, name, { fields: entity.fields, links: new Map() }, name)).toEqual([]);
    for (const [part, content] of entity.parts) {
      const target = partOf(version, name, [part]);
      const isRows = describedIn(version).get(name)?.fields.get(part)?.endsWith('[]') === true;
      expect([part, target !== undefined, isRows]).toEqual([part, true, content.kind === 'list']);
      expect(invented(version, target ?? '', content, `${name}.${part}`)).toEqual([]);
      for (const custom of content.custom.keys()) expect([custom, isOnForm(name, custom)]).toEqual([custom, true]);
    }
    for (const custom of entity.custom.keys()) expect([custom, isOnForm(name, custom)]).toEqual([custom, true]);
    // Actions of the workflow, such as approval, are no part of the contract.
    const actions = entity.actions.filter((action) => action !== 'Approve' && action !== 'Reject');
    for (const action of actions) expect([...(describedIn(version).get(name)?.actions.keys() ?? [])]).toContain(action);
  });
});
