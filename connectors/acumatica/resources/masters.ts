/** Master data: vendors, accounts, subaccounts, projects, tasks, cost codes, periods, branches. */
import { normalizeName } from '../../../engine/model/business-key.ts';
import type { ReadRequest, Resource } from '../../../engine/model/connector.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import { literal } from '../client.ts';
import { unwrapEntity } from '../codec.ts';
import { accountFields, accountGroupFields, branchFields, periodFields, subaccountFields } from '../schema/ledger.ts';
import { vendorFields } from '../schema/payables.ts';
import { costCodeFields, projectFields, projectTaskFields } from '../schema/projects.ts';
import { type Extendable, extendable, type Words } from './own-fields.ts';
import { pagesOf } from './pages.ts';
import { companyScope, type EntitySpec, getEntity, idOf, markOf, readEntity } from './reading.ts';
import { createDocument, type DocumentSpec, findByFields, readFound, updateDocument } from './writing.ts';

type AcumaticaResource = Resource<AcumaticaClient>;

const source = 'OpenAPI of Default/24.200.001 and the Integration Development Guide 2026 R1 (read 2026-11)';

interface MasterOptions {
  title: string;
  description: string;
  spec: EntitySpec;
}

/** A resource that is only read, also with own fields. */
const readOnly = ({ title, description, spec }: MasterOptions): Extendable =>
  extendable(spec, { title, description }, readOnlyResource);

const isActive = { field: 'Active', values: ['true'] };

/** Lists whose codes mapping tables hold. */
const codeLists: Readonly<Record<string, NonNullable<AcumaticaResource['codes']>>> = {
  accounts: { code: 'AccountCD', name: 'Description', usable: isActive },
  subaccounts: { code: 'SubaccountCD', name: 'Description', usable: isActive },
  'cost-codes': { code: 'CostCodeID', name: 'Description' },
};

const readOnlyResource = (spec: EntitySpec, words: Words): AcumaticaResource =>
  defineResource<AcumaticaClient>({
    id: spec.resource,
    ...words,
    source,
    scope: 'company',
    fields: spec.fields,
    incremental: spec.incremental,
    ...(spec.pushable === undefined ? {} : { pushable: spec.pushable }),
    ...(codeLists[spec.resource] === undefined ? {} : { codes: codeLists[spec.resource] }),
    read: (client, request) => readEntity(client, spec, request),
    get: (client, id) => getEntity(client, spec, id),
  });

const accounts = readOnly({
  title: 'Accounts',
  description: 'The chart of accounts.',
  spec: {
    entity: 'Account',
    resource: 'accounts',
    keys: ['AccountCD'],
    fields: accountFields,
    pushable: ['Active', 'Type', 'AccountGroup'],
    incremental: true,
  },
});

const subaccounts = readOnly({
  title: 'Subaccounts',
  description: 'Subaccounts. They carry no change time: every read is a full one.',
  spec: {
    entity: 'Subaccount',
    resource: 'subaccounts',
    keys: ['SubaccountCD'],
    fields: subaccountFields,
    pushable: ['Active'],
    incremental: false,
  },
});

const accountGroups = readOnly({
  title: 'Account groups',
  description: 'Groups that make an account usable with projects.',
  spec: {
    entity: 'AccountGroup',
    resource: 'account-groups',
    keys: ['AccountGroupID'],
    fields: accountGroupFields,
    incremental: false,
  },
});

const projects = readOnly({
  title: 'Projects',
  description: 'Projects with their properties.',
  spec: {
    entity: 'Project',
    resource: 'projects',
    keys: ['ProjectID'],
    fields: projectFields,
    expand: ['ProjectProperties'],
    pushable: ['ProjectID', 'Status'],
    incremental: true,
  },
});

const projectTasks = readOnly({
  title: 'Project tasks',
  description: 'Tasks of projects. Costs may post to active ones only.',
  spec: {
    entity: 'ProjectTask',
    resource: 'project-tasks',
    keys: ['ProjectID', 'ProjectTaskID'],
    fields: projectTaskFields,
    expand: ['VisibilitySettings'],
    pushable: ['ProjectID', 'ProjectTaskID', 'Status'],
    incremental: true,
  },
});

const costCodes = readOnly({
  title: 'Cost codes',
  description: 'Cost codes. The contract has no active flag.',
  spec: {
    entity: 'CostCode',
    resource: 'cost-codes',
    keys: ['CostCodeID'],
    fields: costCodeFields,
    pushable: ['CostCodeID'],
    incremental: true,
  },
});

const vendorSpec: DocumentSpec = {
  entity: 'Vendor',
  resource: 'vendors',
  keys: ['VendorID'],
  number: 'VendorID',
  word: 'vendor',
  fields: vendorFields,
  expand: ['MainContact', 'MainContact/Address'],
  pushable: ['VendorID', 'Status', 'VendorClass'],
  incremental: true,
  label: 'VendorName',
  defaults: {},
  hasHold: false,
  editable: new Set(['Active', 'Hold', 'Hold Payments', 'Inactive', 'One-Time']),
  released: new Set(),
  lists: [],
  screen: 'AP303000',
};

/** Vendors by their id where the flow gives one, otherwise by name. */
async function findVendors(client: AcumaticaClient, spec: DocumentSpec, value: Fields) {
  const id = asText(value.VendorID);
  if (id !== undefined) return readFound(client, spec, [id]);
  const exact = await findByFields(client, spec, { VendorName: value.VendorName });
  if (exact.length > 0) return exact;
  const name = normalizeName(asText(value.VendorName) ?? '');
  const [first = ''] = (asText(value.VendorName) ?? '').split(/\s+/);
  const filter = `startswith(VendorName,${literal(first)})`;
  const pages = pagesOf({
    fetch: (top, skip) => client.list('Vendor', { filter, select: ['VendorID', 'VendorName'], top, skip }),
    pageSize: 500,
    what: `vendors whose names begin with ${first}`,
    restarts: true,
    mark: markOf(spec),
  });
  const ids = new Set<string>();
  for await (const page of pages) {
    for (const wire of page) {
      const vendor = unwrapEntity(wire, vendorFields);
      if (normalizeName(asText(vendor.VendorName) ?? '') === name) ids.add(idOf(spec, vendor));
    }
  }
  return readFound(client, spec, ids);
}

const vendorResource = (spec: DocumentSpec, words: Words): AcumaticaResource =>
  defineResource<AcumaticaClient>({
    id: spec.resource,
    ...words,
    source,
    scope: 'company',
    fields: spec.fields,
    key: { fields: ['VendorName'], normalize: 'name' },
    roles: { number: 'VendorName', vendor: 'VendorID' },
    codes: { code: 'VendorID', name: 'VendorName', usable: { field: 'Status', values: ['Active', 'One-Time'] } },
    pushable: spec.pushable ?? [],
    incremental: true,
    read: (client, request) => readEntity(client, spec, request),
    get: (client, id) => getEntity(client, spec, id),
    find: (client, value) => findVendors(client, spec, value),
    create: (client, value, options) => createDocument(client, spec, value, options),
    update: (client, id, value) => updateDocument(client, spec, id, value),
  });

const vendors = extendable(
  vendorSpec,
  { title: 'Vendors', description: 'Vendors with their main contact.' },
  vendorResource,
);

/** Rows of a year's periods as records of their own. */
async function* readPeriods(client: AcumaticaClient, request: ReadRequest) {
  const scope = companyScope(client);
  const years = await client.list(
    'CompanyFinancialPeriod',
    { select: ['Company', 'FinancialYear'], top: 500 },
    request.signal,
  );
  for (const wire of years) {
    const key = asFields(wire) ?? {};
    const [company = '', year = ''] = ['Company', 'FinancialYear'].map((name) =>
      asText(asFields(key[name])?.value)?.trim(),
    );
    const whole = await client.get('CompanyFinancialPeriod', [company, year], { expand: ['Details'] }, request.signal);
    const rows = asList(asFields(whole)?.Details) ?? [];
    const records = rows.map((row) => periodRecord(client, company, year, row));
    yield { kind: 'page' as const, scope, records };
  }
  yield { kind: 'scope-done' as const, scope };
}

function periodRecord(client: AcumaticaClient, company: string, year: string, row: Value) {
  const value: Fields = { Company: company, FinancialYear: year, ...unwrapEntity(row, periodFields) };
  const id = `${company}/${asText(value.FinancialPeriodID) ?? ''}`;
  return { id, value, origin: { system: 'acumatica', resource: 'periods', id, scope: companyScope(client) } };
}

const periods = defineResource<AcumaticaClient>({
  id: 'periods',
  title: 'Financial periods',
  description: 'Financial periods of each company, with what is closed in which module.',
  source,
  scope: 'company',
  fields: periodFields,
  incremental: false,
  read: readPeriods,
});

/** Companies and branches that the user may see: an inquiry, read by PUT. */
async function* readBranches(client: AcumaticaClient) {
  const scope = companyScope(client);
  const answer = await client.put(
    'CompaniesStructure',
    {},
    { expand: ['Results'] },
    { operation: 'list companies and branches' },
  );
  const records = (asList(asFields(answer)?.Results) ?? []).map((row) => {
    const value = unwrapEntity(row, branchFields);
    const id = asText(value.BranchID) ?? asText(value.CompanyID) ?? '';
    return { id, value, origin: { system: 'acumatica', resource: 'branches', id, scope } };
  });
  yield { kind: 'page' as const, scope, records };
  yield { kind: 'scope-done' as const, scope };
}

const branches = defineResource<AcumaticaClient>({
  id: 'branches',
  title: 'Companies and branches',
  description: 'Companies of the tenant and their branches.',
  source,
  assumed: true,
  scope: 'company',
  fields: branchFields,
  incremental: false,
  read: readBranches,
});

/** Master data of a form, also with own fields. */
export const extendableMasters: readonly Extendable[] = [
  vendors,
  accounts,
  subaccounts,
  accountGroups,
  projects,
  projectTasks,
  costCodes,
];

/** Master data resources. */
export const masters: readonly AcumaticaResource[] = [
  ...extendableMasters.map(({ plain }) => plain),
  periods,
  branches,
];
