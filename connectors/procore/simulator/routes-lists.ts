/**
 * Lists that a company or project keeps by itself: standard cost codes, cost types, tax codes and types, sub jobs, units of measure.
 * Reading and writing routes. @source fact sheet 15.4, 15.5, 15.7; how codes are told to be taken is assumed
 */
import { json, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { change, inPath, originTaken, put } from './changes.ts';
import { answerList, type ListRules, type ProcoreRequest, type RowSource, sourceOf } from './lists.ts';
import { spoil } from './malformed.ts';
import { bodyIn, missing, on, projectOf, refuse } from './routes-write.ts';
import { numericId, type Row, rowOf, textOf } from './rows.ts';
import { costTypeRow, standardListId } from './shapes.ts';
import { type ProcoreState, rowsOf, storedOf, type TableName } from './state.ts';

const noOrigin: Row = { origin_id: null, origin_data: null };

/** Units of measure that every company has. */
const units = ['ls', 'ea', 'hr', 'ton', 'cy', 'sf', 'lf', 'day', 'lb', 'gal'] as const;

/** Fills the lists as the practice company has them. */
export function fillLists({ company, tables }: ProcoreState): void {
  tables['standard-cost-code-lists'].set(String(standardListId), {
    row: { id: standardListId, name: 'Company standard', is_erp_list: false, available_to_use_on_new_projects: true },
  });
  for (const code of company.costCodes) {
    const row: Row = {
      id: numericId(code.id),
      standard_cost_code_list_id: standardListId,
      parent_id: null,
      code: code.fullCode,
      full_code: code.fullCode,
      name: code.name,
      ...noOrigin,
    };
    tables['standard-cost-codes'].set(code.id, { parentId: String(standardListId), row });
  }
  for (const type of company.costTypes) tables['line-item-types'].set(type.id, { row: costTypeRow(type) });
  tables['tax-types'].set('801', { row: { id: 801, name: 'Sales tax', description: null, ...noOrigin } });
  for (const [index, name] of units.entries())
    tables.units.set(String(900 + index), { row: { id: 900 + index, name, description: null, is_standard: true } });
}

/** A list and what is asked of its records. */
interface FlatList {
  base: string;
  table: TableName;
  wrapper: string;
  inProject?: boolean;
  /** Where the company is asked for in the query, also by a write; else it stands in the body. */
  inQuery?: boolean;
  needed: readonly string[];
  /** Fields that a new record must have for itself among those of its scope. */
  unique: readonly string[];
  shape?: (fields: Row, own: Row | undefined) => Row;
  rules?: ListRules;
  source?: (request: ProcoreRequest, rows: RowSource) => RowSource;
  permitted?: { field: string; values: readonly string[] };
}

/** The code of a cost type has another name where it is written. @source fact sheet quirk 5 */
const typeShape = ({ csv_import_code: code, ...fields }: Row): Row => ({
  base_type: null,
  ...fields,
  ...(code === undefined ? {} : { code }),
});

/** Standard codes come with their parents' segments in them. @source fact sheet quirk 6 */
const standardShape = (fields: Row, own: Row | undefined): Row => ({
  parent_id: null,
  ...fields,
  full_code: fields.code ?? own?.full_code,
});

const standardSource = (request: ProcoreRequest, rows: RowSource): RowSource => {
  const brief = request.query.get('view') !== 'extended';
  const wanted = request.query.get('standard_cost_code_list_id');
  const found = Array.from({ length: rows.length }, (_, index) => rows.at(index))
    .filter((row) => textOf(row.standard_cost_code_list_id) === wanted)
    // Without the view only two ids come. @source fact sheet quirk 7
    .map((row) => (brief ? { id: row.id, standard_cost_code_list_id: row.standard_cost_code_list_id } : row));
  return sourceOf(found);
};

const lists: readonly FlatList[] = [
  {
    base: '/rest/v1.0/standard_cost_code_lists',
    table: 'standard-cost-code-lists',
    wrapper: 'standard_cost_code_list',
    needed: ['name'],
    unique: ['name'],
    shape: (fields) => ({ is_erp_list: false, available_to_use_on_new_projects: false, ...fields }),
  },
  {
    base: '/rest/v1.0/standard_cost_codes',
    table: 'standard-cost-codes',
    wrapper: 'standard_cost_code',
    needed: ['code', 'name'],
    unique: ['standard_cost_code_list_id', 'code'],
    shape: standardShape,
    source: standardSource,
    rules: { most: 1000 },
  },
  {
    base: '/rest/v1.0/line_item_types',
    table: 'line-item-types',
    wrapper: 'line_item_type',
    needed: ['name'],
    unique: ['name'],
    shape: typeShape,
    source: (request, rows) => spoil(request, 'cost-types', rows),
    permitted: {
      field: 'base_type',
      values: ['equipment', 'materials', 'commitment', 'owner_cost', 'professional_services', 'other', 'labor'],
    },
  },
  {
    base: '/rest/v1.0/tax_codes',
    table: 'tax-codes',
    wrapper: 'tax_code',
    inQuery: true,
    needed: ['code'],
    unique: ['code'],
    shape: (fields) => ({ archived: false, default_tax_code: false, ...fields }),
    rules: { most: 100 },
  },
  {
    base: '/rest/v1.0/tax_types',
    table: 'tax-types',
    wrapper: 'tax_type',
    inQuery: true,
    needed: ['name'],
    unique: ['name'],
  },
  {
    base: '/rest/v1.0/sub_jobs',
    table: 'sub-jobs',
    wrapper: 'sub_job',
    inProject: true,
    needed: ['name', 'code'],
    unique: ['code'],
  },
  {
    base: '/rest/v1.0/companies/:company/uoms',
    table: 'units',
    wrapper: 'uom',
    needed: ['name'],
    unique: ['name'],
    shape: (fields) => ({ description: null, is_standard: false, ...fields }),
  },
];

/** The scope of a request, or what is missing to say it: the company is in path, query or body, the project likewise. */
function scopeOf(request: ProcoreRequest, list: FlatList, outer: Row): { projectId?: string } | SimulatorAnswer {
  if (list.inProject === true) {
    const projectId = projectOf(request, outer);
    return projectId === undefined ? json(400, { errors: { project_id: ['is required'] } }) : { projectId };
  }
  const { companyId } = request.state;
  const given = list.inQuery === true ? undefined : textOf(outer.company_id);
  const named = request.path.includes('/companies/') ? companyId : (given ?? request.query.get('company_id'));
  const project = request.method === 'GET' ? request.query.get('project_id') : undefined;
  return named === companyId || project !== undefined ? {} : json(400, { errors: { company_id: ['is required'] } });
}

const isAnswer = (scope: { projectId?: string } | SimulatorAnswer): scope is SimulatorAnswer => 'status' in scope;

function errorsOf(
  request: ProcoreRequest,
  list: FlatList,
  row: Row,
  projectId?: string,
  ownId?: string,
): Row | undefined {
  for (const name of list.needed) if ((textOf(row[name]) ?? '').trim() === '') return { [name]: ["can't be blank"] };
  const { field, values } = list.permitted ?? { field: '', values: [] };
  const given = textOf(row[field]);
  if (given !== undefined && !values.includes(given)) return { [field]: ['is not included in the list'] };
  const others = rowsOf(request.state, list.table, projectId === undefined ? {} : { projectId });
  const isSame = (other: Row): boolean => list.unique.every((name) => textOf(other[name]) === textOf(row[name]));
  const taken = others.some((other) => String(other.id) !== ownId && isSame(other));
  if (taken) return { [list.unique.at(-1) ?? 'name']: ['has already been taken'] };
  return originTaken(request, list.table, row, ownId);
}

function create(request: ProcoreRequest, list: FlatList): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, list.wrapper);
  const scope = scopeOf(request, list, outer);
  if (isAnswer(scope)) return scope;
  const listId = textOf(outer.standard_cost_code_list_id);
  const ofList = list.table === 'standard-cost-codes';
  if (ofList && storedOf(request.state, 'standard-cost-code-lists', listId) === undefined) return missing();
  const fields = ofList ? { ...inner, standard_cost_code_list_id: numericId(listId ?? '0') } : inner;
  const shaped = list.shape?.(fields, undefined) ?? fields;
  const row = { ...(list.table === 'units' ? {} : noOrigin), ...shaped };
  const errors = errorsOf(request, list, row, scope.projectId);
  return errors === undefined ? json(201, put(request, list.table, { ...scope, row })) : refuse(errors);
}

function update(request: ProcoreRequest, list: FlatList): SimulatorAnswer {
  const { outer, inner } = bodyIn(request, list.wrapper);
  const scope = scopeOf(request, list, outer);
  if (isAnswer(scope)) return scope;
  const stored = inPath(request, list.table);
  if (stored === undefined || stored.projectId !== scope.projectId) return missing();
  const shaped = list.shape?.({ ...stored.row, ...inner }, stored.row) ?? { ...stored.row, ...inner };
  const errors = errorsOf(request, list, shaped, scope.projectId, textOf(stored.row.id));
  return errors === undefined ? json(200, change(request, list.table, stored, shaped)) : refuse(errors);
}

function read(request: ProcoreRequest, list: FlatList): SimulatorAnswer {
  const scope = scopeOf(request, list, {});
  if (isAnswer(scope)) return scope;
  const rows = sourceOf(rowsOf(request.state, list.table, scope));
  return answerList(request, list.source?.(request, rows) ?? rows, list.rules ?? {});
}

function show(request: ProcoreRequest, list: FlatList): SimulatorAnswer {
  const scope = scopeOf(request, list, {});
  if (isAnswer(scope)) return scope;
  const stored = inPath(request, list.table);
  return stored === undefined || stored.projectId !== scope.projectId ? missing() : json(200, rowOf(stored.row));
}

/** Routes of all these lists. */
export const listRoutes: readonly SimulatorRoute<ProcoreState>[] = lists.flatMap((list) => [
  on('GET', list.base, (request) => read(request, list)),
  on('GET', `${list.base}/:id`, (request) => show(request, list)),
  on('POST', list.base, (request) => create(request, list)),
  on('PATCH', `${list.base}/:id`, (request) => update(request, list)),
]);
