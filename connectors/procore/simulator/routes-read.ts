/** Routes that read. Paths and versions as in the fact sheet's resource index. */
import { json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { withFiles } from './files.ts';
import { projectIn } from './guard.ts';
import { answerList, type ListRules, type ProcoreRequest, type RowSource, sourceOf } from './lists.ts';
import { spoil, spoilerOf } from './malformed.ts';
import { listOf, numericId, type Row, rowOf, textOf } from './rows.ts';
import {
  briefVendor,
  packageLines,
  primeTotals,
  projectLists,
  shownPayment,
  versionTwoLine,
  wholeCost,
  without,
} from './shapes-shown.ts';
import {
  codesOf,
  type ProcoreState,
  requisitionById,
  requisitionsOf,
  rowsOf,
  storedOf,
  type TableName,
} from './state.ts';

/** The answer for what is not there, or not visible. */
export const notFound = (): SimulatorAnswer => json(404, { errors: 'Not Found' });

const idIn = (request: ProcoreRequest): string => {
  const id: string | undefined = request.params.id;
  return id ?? '';
};

const required = (name: string): SimulatorAnswer => json(400, { errors: { [name]: ['is required'] } });

const get = (pattern: string, handler: (request: ProcoreRequest) => SimulatorAnswer): SimulatorRoute<ProcoreState> =>
  route<ProcoreState>('GET', pattern, handler);

/** A list of a project whose id is in query or path. */
const projectList = (
  pattern: string,
  rows: (request: ProcoreRequest, projectId: string) => RowSource,
  rules: ListRules = {},
) =>
  get(pattern, (request) => {
    const project = projectIn(request);
    return project === undefined ? required('project_id') : answerList(request, rows(request, project), rules);
  });

const companyList = (pattern: string, rows: (request: ProcoreRequest) => RowSource, rules: ListRules = {}) =>
  get(pattern, (request) =>
    request.query.get('company_id') === undefined &&
    !/\/companies\//.test(pattern) &&
    request.query.get('project_id') === undefined
      ? required('company_id')
      : answerList(request, rows(request), rules),
  );

const ofProject =
  (table: TableName, hide: readonly string[] = []) =>
  (request: ProcoreRequest, projectId: string): RowSource =>
    sourceOf(rowsOf(request.state, table, { projectId }).map((row) => (hide.length === 0 ? row : without(row, hide))));

/** One record of a table. In a project it must belong to it. */
const show = (
  pattern: string,
  table: TableName,
  hide: readonly string[] = [],
  shape = (row: Row, _request: ProcoreRequest): Row => row,
) =>
  get(pattern, (request) => {
    const stored = storedOf(request.state, table, request.params.id);
    const project = projectIn(request);
    if (
      stored === undefined ||
      (project !== undefined && stored.projectId !== undefined && stored.projectId !== project)
    )
      return notFound();
    const row = withFiles(request.state, stored.row);
    return json(200, shape(without(spoilerOf(request, table)?.(row) ?? row, hide), request));
  });

const origin = { origin_id: 'origin_id', id: 'id' };

const projectRoutes = [
  get('/rest/v1.0/me', ({ query }) =>
    json(200, {
      id: 562949957000009,
      login: 'service-account@practice.example',
      ...(query.get('company_id') === undefined ? {} : { name: 'Practice service account' }),
    }),
  ),
  get('/rest/v1.0/companies', ({ state }) =>
    json(200, [
      {
        id: numericId(state.companyId),
        name: state.company.name,
        is_active: true,
        logo_url: null,
        my_company: true,
        pcn_business_experience: false,
      },
    ]),
  ),
  ...projectLists.map(([pattern, shape]) =>
    companyList(
      pattern,
      ({ state, query, marks }) => {
        if (marks.has('nothing-permitted')) return sourceOf([]);
        const status = query.filters('by_status')[0] ?? 'Active';
        const rows = rowsOf(state, 'projects').filter(
          (row) => status === 'All' || row.active === (status === 'Active'),
        );
        return sourceOf(rows.sort((a, b) => String(a.name).localeCompare(String(b.name))).map(shape));
      },
      { perPage: 100, most: 300, filters: { ...origin, project_number: 'project_number', name: 'name' } },
    ),
  ),
  get('/rest/v1.0/projects/:id', (request) => {
    const stored = storedOf(request.state, 'projects', request.params.id);
    if (stored === undefined) return notFound();
    return json(200, { ...stored.row, is_erp_integrated: request.marks.has('erp-integrated') });
  }),
];

const vendorRoutes = [
  companyList(
    '/rest/v1.0/vendors',
    ({ state, query }) => {
      const search = query.filters('search')[0]?.toLowerCase();
      const hit = (row: Row) =>
        search === undefined ||
        [row.name, row.origin_code, rowOf(row.business_register).identifier].some((value) =>
          textOf(value)?.toLowerCase().includes(search),
        );
      return sourceOf(rowsOf(state, 'vendors').filter((row) => row.is_active !== false && hit(row)));
    },
    { most: 2000, filters: origin },
  ),
  show('/rest/v1.0/vendors/:id', 'vendors'),
  ...['/rest/v1.0/projects/:project/vendors', '/rest/v1.1/projects/:project/vendors'].map((pattern) =>
    projectList(pattern, ({ state }, projectId) =>
      sourceOf(
        rowsOf(state, 'vendors').filter(
          (row) => Array.isArray(row.project_ids) && row.project_ids.includes(numericId(projectId)),
        ),
      ),
    ),
  ),
];

const codeRoutes = [
  projectList('/rest/v1.0/cost_codes', ({ state }, projectId) => codesOf(state, 'cost-codes', projectId), {
    most: 1000,
    filters: { ...origin, full_code: 'full_code' },
  }),
  projectList(
    '/rest/v1.0/projects/:project/work_breakdown_structure/wbs_codes',
    ({ state }, projectId) => codesOf(state, 'wbs-codes', projectId),
    { most: 1000 },
  ),
];

/** The default view of contract lists (which fields it has is assumed). */
const compactContract = [
  'id',
  'number',
  'title',
  'status',
  'vendor',
  'executed',
  'origin_id',
  'created_at',
  'updated_at',
  'deleted_at',
];
const compact = (row: Row): Row => Object.fromEntries(compactContract.map((name) => [name, row[name] ?? null]));

/** A single contract: with lines, change orders, payments and the origin of its vendor. @source fact sheet 15.8 */
function wholeContract({ state }: ProcoreRequest, row: Row, contractId: string): Row {
  const vendor = storedOf(state, 'vendors', rowOf(row.vendor).id)?.row;
  const { origin_id = null, origin_data = null } = vendor ?? {};
  const packages = rowsOf(state, 'change-order-packages').filter((change) => String(change.contract_id) === contractId);
  return {
    ...without(row, ['type']),
    vendor: row.vendor === undefined ? null : { ...rowOf(row.vendor), origin_id, origin_data },
    line_items: rowsOf(state, 'contract-lines', { parentId: contractId }),
    change_order_packages: packages.map(({ id, number, title, status }) => ({ id, number, title, status })),
    payments_issued: rowsOf(state, 'contract-payments', { parentId: contractId }),
    attachments: [],
    invoice_contacts: [],
    created_by_id: 562949957000009,
  };
}

const contractsOf =
  (type: string) =>
  (request: ProcoreRequest, projectId: string): RowSource => {
    const { state, query } = request;
    const deleted = query.filters('include_deleted')[0];
    const rows = sourceOf(
      rowsOf(state, 'contracts', { projectId })
        .filter((row) => row.type === type && (row.deleted_at === null ? deleted !== 'only' : deleted !== undefined))
        .map((row) => (query.get('view') === 'extended' ? without(row, ['type', 'attachments']) : compact(row))),
    );
    return spoil(request, 'contracts', rows);
  };

const contractKinds = [
  ['purchase_order_contracts', 'PurchaseOrderContract'],
  ['work_order_contracts', 'WorkOrderContract'],
] as const;

/** Lines of a change order, in version 2. */
const changeOrderLines = (name: string, table: TableName) =>
  get(`/rest/v2.0/companies/:company/projects/:project/${name}/:id/line_items`, (request) => {
    const stored = storedOf(request.state, table, request.params.id);
    if (stored === undefined || stored.projectId !== projectIn(request)) return notFound();
    const lines = listOf(stored.row.line_items).map((line) => versionTwoLine(rowOf(line), name));
    return answerList(request, sourceOf(lines), { envelope: true, perPage: 10, most: 100 });
  });

const contractRoutes = [
  ...contractKinds.flatMap(([name, type]) => [
    projectList(`/rest/v1.0/${name}`, contractsOf(type), {
      filters: { ...origin, status: 'status', number: 'number' },
    }),
    get(`/rest/v1.0/${name}/:id`, (request) => {
      const stored = storedOf(request.state, 'contracts', request.params.id);
      if (stored === undefined || stored.row.type !== type || stored.projectId !== projectIn(request))
        return notFound();
      const whole = wholeContract(request, stored.row, idIn(request));
      return json(200, spoilerOf(request, 'contracts')?.(whole) ?? whole);
    }),
    projectList(
      `/rest/v1.0/${name}/:id/line_items`,
      (request) => sourceOf(rowsOf(request.state, 'contract-lines', { parentId: idIn(request) })),
      { filters: { id: 'id' } },
    ),
  ]),
  projectList('/rest/v1.0/commitments', ({ state }, projectId) =>
    sourceOf(
      rowsOf(state, 'contracts', { projectId }).map((row) => ({
        id: row.id,
        title: row.title,
        number: row.number,
        status: row.status,
        description: row.description,
        executed: row.executed,
        private: row.private,
        vendor: briefVendor(row.vendor),
        created_at: row.created_at,
      })),
    ),
  ),
  projectList(
    '/rest/v1.0/change_order_packages',
    ofProject('change-order-packages', ['line_items', 'description', 'type', 'private', 'schedule_impact_amount']),
    { filters: { ...origin, contract_id: 'contract_id' } },
  ),
  show('/rest/v1.0/change_order_packages/:id', 'change-order-packages', [], packageLines),
  projectList(
    '/rest/v1.0/projects/:project/commitment_change_orders',
    ofProject('change-order-packages', ['line_items', 'origin_id', 'origin_code', 'origin_data']),
    { paged: false, filters: { status: 'status', contract_id: 'contract_id' } },
  ),
  changeOrderLines('commitment_change_orders', 'change-order-packages'),
  changeOrderLines('prime_change_orders', 'prime-change-orders'),
  projectList('/rest/v1.0/projects/:project/prime_change_orders', ofProject('prime-change-orders', ['line_items']), {
    paged: false,
    filters: { status: 'status' },
  }),
];

/** A prime contract as it is shown singly: with its lines. */
const wholePrime = (row: Row, { state }: ProcoreRequest): Row => ({
  ...row,
  line_items: rowsOf(state, 'prime-contract-lines', { parentId: textOf(row.id) ?? '' }),
});

const billingRoutes = [
  projectList('/rest/v1.0/projects/:project/billing_periods', ofProject('billing-periods'), {
    filters: { status: 'status', id: 'id' },
  }),
  projectList(
    '/rest/v1.1/requisitions',
    (request, projectId) => {
      const source = requisitionsOf(request.state, projectId);
      const view = request.query.get('view') ?? 'default';
      const shaped =
        view === 'items' || view === 'extended'
          ? source
          : { length: source.length, at: (index: number) => without(source.at(index), ['items', 'item_packages']) };
      return spoil(request, 'requisitions', shaped);
    },
    { filters: { ...origin, status: 'status', commitment_id: 'commitment_id', period_id: 'period_id' } },
  ),
  get('/rest/v1.1/requisitions/:id', (request) => {
    const stored = requisitionById(request.state, idIn(request));
    return stored === undefined || stored.projectId !== projectIn(request) ? notFound() : json(200, stored.row);
  }),
  get('/rest/v1.0/contract_payments', (request) => {
    const contract = request.query.get('contract_id');
    const project = projectIn(request);
    if (project === undefined || contract === undefined)
      return required(project === undefined ? 'project_id' : 'contract_id');
    return answerList(
      request,
      sourceOf(
        rowsOf(request.state, 'contract-payments', { projectId: project, parentId: contract }).map(shownPayment),
      ),
    );
  }),
  show('/rest/v1.0/contract_payments/:id', 'contract-payments', [], shownPayment),
  ...['/rest/v1.0/projects/:project/direct_costs', '/rest/v1.1/projects/:project/direct_costs'].map((pattern) =>
    projectList(
      pattern,
      (request, projectId) => {
        const rows = rowsOf(request.state, 'direct-costs', { projectId }).map((row) => ({
          ...without(row, ['line_items', 'line_items_count', 'attachments', 'attachments_count']),
          vendor: row.vendor_name,
          amount: row.grand_total,
        }));
        return spoil(request, 'direct-costs', sourceOf(rows));
      },
      {
        filters: {
          ...origin,
          invoice_number: 'invoice_number',
          payment_date: 'payment_date',
          received_date: 'received_date',
        },
      },
    ),
  ),
  show('/rest/v1.1/projects/:project/direct_costs/:id', 'direct-costs', [], wholeCost),
  projectList('/rest/v1.0/prime_contracts', ofProject('prime-contracts', primeTotals)),
  show('/rest/v1.0/prime_contract/:id', 'prime-contracts', [], wholePrime),
  projectList('/rest/v1.0/prime_contracts/:id/line_items', (request, projectId) =>
    sourceOf(rowsOf(request.state, 'prime-contract-lines', { projectId, parentId: idIn(request) })),
  ),
  // The singular address without an id knows the first contract only.
  get('/rest/v1.0/prime_contract', (request) => {
    const project = projectIn(request);
    if (project === undefined) return required('project_id');
    const [first] = rowsOf(request.state, 'prime-contracts', { projectId: project });
    return first === undefined ? notFound() : json(200, wholePrime(first, request));
  }),
  projectList('/rest/v1.0/payment_applications', ofProject('payment-applications', ['g703']), { perPage: 30 }),
  show('/rest/v1.0/payment_applications/:id', 'payment-applications'),
  projectList('/rest/v1.0/budget_views', () =>
    sourceOf([{ id: 9001, name: 'Procore Standard Budget', description: null }]),
  ),
  get('/rest/v1.0/budget_views/:id/detail_rows', (request) => {
    const project = projectIn(request);
    if (project === undefined) return required('project_id');
    const hidden = ['calculation_strategy', 'created_at', 'updated_at'];
    const rows = rowsOf(request.state, 'budget-lines', { projectId: project }).map((row) => without(row, hidden));
    return answerList(request, sourceOf(rows));
  }),
];

/** All reading routes. Fixed paths come before those with an id. */
export const readRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  ...projectRoutes,
  ...vendorRoutes,
  ...codeRoutes,
  ...contractRoutes,
  ...billingRoutes,
];
