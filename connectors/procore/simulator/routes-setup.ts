/** Routes that write what costs hang on: projects and their vendors, cost codes, budget codes, billing periods. @source fact sheet 15 */
import { json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put } from './changes.ts';
import { answerList, type ProcoreRequest, sourceOf } from './lists.ts';
import { bodyIn, freshVendor, missing, on, projectOf, refuse, vendorErrors, vendorRowOf } from './routes-write.ts';
import { listOf, numericId, type Row, rowOf, type Stored, textOf } from './rows.ts';
import { costTypeRow } from './shapes.ts';
import { codesOf, type ProcoreState, rowsOf, storedOf } from './state.ts';

const blank = (value: unknown): boolean => (textOf(value) ?? '').trim() === '';
const blankErrors = (fields: Row, names: readonly string[]): Row | undefined => {
  const missed = names.filter((name) => blank(fields[name]));
  return missed.length === 0 ? undefined : Object.fromEntries(missed.map((name) => [name, ["can't be blank"]]));
};

const zones = ['America/Los_Angeles', 'America/Denver', 'America/Chicago', 'America/New_York', 'Europe/London'];

function projectErrors(request: ProcoreRequest, fields: Row, ownId?: string): Row | undefined {
  if (ownId === undefined ? blank(fields.name) : fields.name !== undefined && blank(fields.name))
    return { name: ["can't be blank"] };
  if (fields.time_zone !== undefined && fields.time_zone !== null && !zones.includes(textOf(fields.time_zone) ?? ''))
    return { time_zone: ['is not included in the list'] };
  return originTaken(request, 'projects', fields, ownId);
}

const displayName = (row: Row): string => [row.project_number, row.name].map(textOf).filter(Boolean).join(' - ');

const vendorsOfProject = '/rest/v1.1/projects/:project/vendors';

/** The vendor in the path, if it is in the directory of the project in the path. */
const vendorOnProject = (request: ProcoreRequest): Stored | undefined => {
  const stored = inPath(request, 'vendors');
  return listOf(stored?.row.project_ids).map(textOf).includes(projectOf(request)) ? stored : undefined;
};

const projectRoutes = [
  on('POST', '/rest/v1.0/projects', (request) => {
    const { outer, inner } = bodyIn(request, 'project');
    if (textOf(outer.company_id) !== request.state.companyId)
      return json(400, { errors: { company_id: ['is required'] } });
    const errors = projectErrors(request, inner);
    if (errors !== undefined) return refuse(errors);
    const row: Row = {
      project_number: null,
      accounting_project_number: null,
      origin_id: null,
      origin_data: null,
      origin_code: null,
      is_demo: false,
      template: false,
      custom_fields: {},
      active: true,
      ...inner,
      display_name: displayName(inner),
      company: { id: numericId(request.state.companyId), name: request.state.company.name },
    };
    return json(201, put(request, 'projects', { row }));
  }),
  on('PATCH', '/rest/v1.0/projects/:id', (request) => {
    const stored = inPath(request, 'projects');
    const { outer, inner } = bodyIn(request, 'project');
    if (stored === undefined) return missing();
    if (textOf(outer.company_id) !== request.state.companyId)
      return json(400, { errors: { company_id: ['is required'] } });
    const errors = projectErrors(request, inner, textOf(stored.row.id));
    if (errors !== undefined) return refuse(errors);
    const fields = { ...inner, display_name: displayName({ ...stored.row, ...inner }) };
    return json(200, change(request, 'projects', stored, fields));
  }),
  on('POST', '/rest/v1.0/projects/:project/vendors/:id/actions/add', (request) => {
    const stored = inPath(request, 'vendors');
    const projectId = projectOf(request);
    if (stored === undefined || projectId === undefined) return missing();
    const there = listOf(stored.row.project_ids);
    if (there.includes(numericId(projectId))) return refuse({ base: ['The vendor is already in the project.'] });
    return json(201, change(request, 'vendors', stored, { project_ids: [...there, numericId(projectId)] }));
  }),
  on('POST', vendorsOfProject, (request) => {
    const projectId = projectOf(request);
    if (projectId === undefined) return missing();
    const { inner } = bodyIn(request, 'vendor');
    const errors = vendorErrors(request, inner);
    if (errors !== undefined) return refuse(errors);
    const row = { ...freshVendor, ...vendorRowOf(inner), project_ids: [numericId(projectId)] };
    return json(201, put(request, 'vendors', { row }));
  }),
  on('GET', `${vendorsOfProject}/:id`, (request) => {
    const stored = vendorOnProject(request);
    return stored === undefined ? missing() : json(200, stored.row);
  }),
  on('PATCH', `${vendorsOfProject}/:id`, (request) => {
    const stored = vendorOnProject(request);
    if (stored === undefined) return missing();
    const { inner } = bodyIn(request, 'vendor');
    const errors = vendorErrors(request, inner, textOf(stored.row.id));
    if (errors !== undefined) return refuse(errors);
    return json(200, change(request, 'vendors', stored, vendorRowOf({ ...stored.row, ...inner })));
  }),
];

/** A cost code of a project, also one that the practice company came with. */
function costCodeIn(request: ProcoreRequest, projectId: string, id: unknown): Row | undefined {
  const codes = codesOf(request.state, 'cost-codes', projectId);
  for (let index = 0; index < codes.length; index += 1)
    if (String(codes.at(index).id) === textOf(id)) return codes.at(index);
  return undefined;
}

/** The row of a cost code as its fields make it, or what is wrong with them. */
function costCodeOf(request: ProcoreRequest, projectId: string, fields: Row, own: Row | undefined): Row | string[][] {
  const parentId = fields.parent_id ?? rowOf(own?.parent).id;
  const parent = parentId === undefined || parentId === null ? undefined : costCodeIn(request, projectId, parentId);
  if (parentId !== undefined && parentId !== null && parent === undefined) return [['parent_id', 'does not exist']];
  const code = textOf(fields.code) ?? textOf(own?.code) ?? '';
  const full = parent === undefined ? code : `${textOf(parent.full_code)}-${code}`;
  const codes = codesOf(request.state, 'cost-codes', projectId);
  for (let index = 0; index < codes.length; index += 1) {
    const other = codes.at(index);
    if (other.full_code === full && other.id !== own?.id) return [['code', 'has already been taken']];
  }
  const { parent_id: _parent, ...rest } = fields;
  return {
    budgeted: false,
    standard_cost_code_id: null,
    standard_cost_code_list_id: null,
    origin_id: null,
    origin_data: null,
    line_item_types: [],
    deleted_at: null,
    ...own,
    ...rest,
    code,
    full_code: full,
    sortable_code: full,
    parent: parent === undefined ? null : { id: parent.id },
    biller_id: numericId(projectId),
    biller_type: 'Project',
  };
}

function writeCostCode(request: ProcoreRequest, creating: boolean): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, 'cost_code');
  const projectId = projectOf(request, outer);
  if (projectId === undefined) return json(400, { errors: { project_id: ['is required'] } });
  const own = creating ? undefined : costCodeIn(request, projectId, request.params.id);
  if (!creating && own === undefined) return missing();
  const errors =
    (creating ? blankErrors(inner, ['code', 'name']) : undefined) ??
    originTaken(request, 'cost-codes', inner, textOf(own?.id));
  if (errors !== undefined) return refuse(errors);
  const row = costCodeOf(request, projectId, inner, own);
  if (Array.isArray(row)) return refuse(Object.fromEntries(row.map(([name = '', text]) => [name, [text]])));
  return json(creating ? 201 : 200, put(request, 'cost-codes', { projectId, row }));
}

const costSegment = { id: 7001, name: 'Cost Code', type: 'cost_code' };
const typeSegment = { id: 7002, name: 'Cost Type', type: 'line_item_type' };

const item = (id: number, code: unknown, name: unknown): Row => ({
  id,
  code: textOf(code)?.split('-').at(-1) ?? null,
  path_code: code,
  name,
  parent_id: null,
  is_parent: false,
  in_use: true,
  status: 'active',
});

/** Items of a segment in a project. Their ids are other numbers than those of the codes they stand for. */
function segmentItems(request: ProcoreRequest, projectId: string, segmentId: string | undefined): Row[] | undefined {
  if (segmentId === String(typeSegment.id)) {
    return request.state.company.costTypes.map((type) => {
      const row = costTypeRow(type);
      return item(9_800_000 + Number(row.id), row.code, row.name);
    });
  }
  if (segmentId !== String(costSegment.id)) return undefined;
  const codes = codesOf(request.state, 'cost-codes', projectId);
  return Array.from({ length: codes.length }, (_, index) => {
    const row = codes.at(index);
    return item(9_900_000 + Number(row.standard_cost_code_id ?? row.id), row.full_code, row.name);
  });
}

const wbsBase = '/rest/v1.0/projects/:project/work_breakdown_structure';

function wbsCodeIn(request: ProcoreRequest, projectId: string, hit: (row: Row) => boolean): Stored | undefined {
  const codes = codesOf(request.state, 'wbs-codes', projectId);
  for (let index = 0; index < codes.length; index += 1)
    if (hit(codes.at(index))) return { projectId, row: codes.at(index) };
  return undefined;
}

function createWbsCode(request: ProcoreRequest): SimulatorAnswer {
  const projectId = projectOf(request);
  if (projectId === undefined) return missing();
  const { segment_items: wanted, ...fields } = rowOf(request.exactJson());
  const parts = listOf(wanted).map((given) => {
    const { segment_id: segmentId, segment_item_id: itemId } = rowOf(given);
    const items = segmentItems(request, projectId, textOf(segmentId)) ?? [];
    const found = items.find(({ id }) => String(id) === textOf(itemId));
    const segment = textOf(segmentId) === String(costSegment.id) ? costSegment : typeSegment;
    return found === undefined ? undefined : { id: found.id, code: found.path_code, name: found.name, segment };
  });
  if (parts.length === 0 || parts.includes(undefined)) return refuse({ segment_items: ['are not valid'] });
  const segment_items = parts.map(rowOf);
  const flat = segment_items.map(({ code }) => textOf(code)).join('.');
  const name = segment_items.map((part) => textOf(part.name)).join('.');
  const there = wbsCodeIn(request, projectId, ({ flat_code: code }) => code === flat);
  const fresh: Row = { flat_code: flat, flat_name: name, description: name, status: 'active', wbs_pattern_id: 5100 };
  const row = { ...fresh, ...there?.row, ...fields, segment_items };
  return json(there === undefined ? 201 : 200, put(request, 'wbs-codes', { projectId, row }));
}

function patchWbsCode(request: ProcoreRequest): SimulatorAnswer {
  const projectId = projectOf(request) ?? '';
  const stored = wbsCodeIn(request, projectId, ({ id }) => String(id) === request.params.id);
  if (stored === undefined) return missing();
  const { description, status } = rowOf(request.exactJson());
  if (status !== undefined && status !== 'active' && status !== 'inactive')
    return refuse({ status: ['is not included in the list'] });
  const fields = { ...(description === undefined ? {} : { description }), ...(status === undefined ? {} : { status }) };
  return json(200, change(request, 'wbs-codes', stored, fields));
}

const codeRoutes = [
  on('POST', '/rest/v1.0/cost_codes', (request) => writeCostCode(request, true)),
  on('PATCH', '/rest/v1.0/cost_codes/:id', (request) => writeCostCode(request, false)),
  on('GET', '/rest/v1.0/cost_codes/:id', (request) => {
    const row = costCodeIn(request, projectOf(request) ?? '', request.params.id);
    return row === undefined ? missing() : json(200, row);
  }),
  on('GET', `${wbsBase}/segments`, (request) => answerList(request, sourceOf([costSegment, typeSegment]))),
  on('GET', `${wbsBase}/segments/:segment/segment_items`, (request) => {
    const items = segmentItems(request, projectOf(request) ?? '', request.params.segment);
    return items === undefined ? missing() : answerList(request, sourceOf(items), { perPage: 100, most: 1000 });
  }),
  on('POST', `${wbsBase}/wbs_codes`, createWbsCode),
  on('PATCH', `${wbsBase}/wbs_codes/:id`, patchWbsCode),
];

const dates = ['start_date', 'end_date', 'due_date'];

function writePeriod(request: ProcoreRequest, stored: Stored | undefined): SimulatorAnswer {
  const projectId = projectOf(request);
  if (projectId === undefined) return missing();
  const { inner } = bodyIn(request, 'billing_period');
  const row: Row = { ...stored?.row, ...inner, project_id: numericId(projectId) };
  const errors = blankErrors(row, [...dates, 'status']);
  if (errors !== undefined) return refuse(errors);
  if (!['open', 'closed'].includes(textOf(row.status) ?? ''))
    return refuse({ status: ['is not included in the list'] });
  const [start = '', end = ''] = [textOf(row.start_date), textOf(row.end_date)];
  if (end < start) return refuse({ end_date: ['must be after the start date'] });
  const others = rowsOf(request.state, 'billing-periods', { projectId }).filter(({ id }) => id !== stored?.row.id);
  const overlaps = others.some((other) => String(other.start_date) <= end && start <= String(other.end_date));
  if (overlaps) return refuse({ base: ['The billing period overlaps with another one.'] });
  const position = stored?.row.position ?? others.length + 1;
  const saved = put(request, 'billing-periods', { projectId, row: { ...row, position } });
  return json(stored === undefined ? 201 : 200, saved);
}

const periodPath = '/rest/v1.0/projects/:project/billing_periods';
const periodIn = (request: ProcoreRequest): Stored | undefined => {
  const stored = storedOf(request.state, 'billing-periods', request.params.id);
  return stored?.projectId === projectOf(request) ? stored : undefined;
};

/** Writing routes of projects, codes and billing periods. */
export const setupRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  ...projectRoutes,
  ...codeRoutes,
  on('POST', periodPath, (request) => writePeriod(request, undefined)),
  on('GET', `${periodPath}/:id`, (request) => {
    const stored = periodIn(request);
    return stored === undefined ? missing() : json(200, stored.row);
  }),
  on('PATCH', `${periodPath}/:id`, (request) => {
    const stored = periodIn(request);
    return stored === undefined ? missing() : writePeriod(request, stored);
  }),
];
