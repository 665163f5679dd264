/** PUT: finds or inserts a record, applies what was sent, runs the rules, and answers only what was sent or asked for. */
import { tryParse } from '../../../engine/model/decimal.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';
import { asFields } from '../../kit/json.ts';
import type { WireObject } from '../codec.ts';
import type { ContractEntity, ContractPart, WireType } from './contract.ts';
import { compileFilter } from './filter.ts';
import { type QueryOptions, readOptions, type Shown, shownIn, toWire } from './query.ts';
import { badRequest, businessError, Refusal } from './refusal.ts';
import { rules } from './rules/index.ts';
import { FieldErrors, type SaveContext, type World } from './world.ts';

/** A write request. */
export interface PutRequest {
  world: World;
  contract: ReadonlyMap<string, ContractEntity>;
  entity: ContractEntity;
  body: Fields;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  href: string;
}

const systemNames = new Set(['id', 'rowNumber', 'note', 'custom', 'files', '_links', 'delete', 'error']);

/** A wire value as stored. @throws Refusal 400 for a value of another type. */
function storedValue(type: WireType, value: Value, path: string): Value {
  if (value === null || value === '') return null;
  if (type === 'B') {
    if (value === true || value === false) return value;
    if (value === 'true' || value === 'false') return value === 'true';
  } else if (type === 'S') {
    if (typeof value === 'string') return value;
  } else if (typeof value === 'string') {
    if (type === 'T') {
      const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
      const iso = american === null ? value : `${american[3]}-${american[1]}-${american[2]}`;
      if (!Number.isNaN(Date.parse(iso)))
        return /T/.test(iso) ? iso.replace(/(T[\d:.]+)$/, '$1+00:00') : `${iso}T00:00:00+00:00`;
    } else {
      const parsed = tryParse(value);
      if (parsed !== undefined && (type === 'D' || parsed.scale === 0)) return value;
    }
  }
  throw badRequest(`The value of ${path} has a wrong type.`);
}

function unwrapped(raw: Value, path: string): Value | undefined {
  const wrapper = asFields(raw);
  if (wrapper === undefined) throw badRequest(`The field ${path} must be an object with a value.`);
  return wrapper.value;
}

function applyCustom(
  target: Fields,
  raw: Value | undefined,
  declared: ReadonlyMap<string, WireType>,
  path: string,
): void {
  const custom: Fields = { ...asFields(target.custom) };
  for (const [view, content] of Object.entries(asFields(raw) ?? {})) {
    const fields: Fields = { ...asFields(custom[view]) };
    for (const [name, wrapper] of Object.entries(asFields(content) ?? {})) {
      const type = declared.get(`${view}.${name}`);
      if (type === undefined) throw badRequest(`The custom field ${view}.${name} cannot be found.`);
      if (asFields(wrapper)?.type === undefined)
        throw badRequest(`The custom field ${path}${view}.${name} has no type.`);
      const value = unwrapped(wrapper, `${view}.${name}`);
      if (value !== undefined) fields[name] = storedValue(type, value, `${view}.${name}`);
    }
    custom[view] = fields;
  }
  if (raw !== undefined) target.custom = custom;
}

/** What the pieces of a body have in common. */
interface Applying {
  world: World;
  /** Part → fields that were sent in it. */
  sentParts: Map<string, Set<string>>;
}

function applyPlain(
  target: Fields,
  name: string,
  raw: Value,
  fields: ContractPart['fields'],
  path: string,
  applying: Applying,
): boolean {
  const field = fields.get(name);
  if (field === undefined) {
    if (applying.world.profile.unknownField === 'refuse') throw badRequest(`The field ${path}${name} is unknown.`);
    return false;
  }
  const value = unwrapped(raw, path + name);
  if (value !== undefined && !field.readOnly) target[name] = storedValue(field.type, value, path + name);
  return true;
}

function applyRow(target: Fields, body: Fields, part: ContractPart, path: string, applying: Applying): void {
  const sent = applying.sentParts.get(part.name) ?? new Set<string>();
  applying.sentParts.set(part.name, sent);
  for (const [name, raw] of Object.entries(body)) {
    if (systemNames.has(name)) continue;
    const link = part.links.get(name);
    if (link === undefined) {
      if (applyPlain(target, name, raw, part.fields, path, applying)) sent.add(name);
      continue;
    }
    const linked = asFields(raw);
    if (linked === undefined) throw badRequest(`The field ${path}${name} must be an object.`);
    const inner: Fields = { ...asFields(target[name]) };
    applyRow(inner, linked, link, `${path}${name}.`, applying);
    target[name] = inner;
    sent.add(name);
  }
  applyCustom(target, body.custom, part.custom, path);
}

function applyList(draft: Fields, raw: Value, part: ContractPart, applying: Applying): void {
  if (!Array.isArray(raw)) throw badRequest(`The field ${part.name} must be an array.`);
  const rows: Fields[] = (Array.isArray(draft[part.name]) ? (draft[part.name] as Value[]) : []).map((row) => ({
    ...asFields(row),
  }));
  let lastLine = Math.max(0, ...rows.map((row) => Number(row.LineNbr ?? 0)));
  raw.forEach((content, index) => {
    const body = asFields(content);
    if (body === undefined) throw badRequest(`The row ${part.name}[${index}] must be an object.`);
    const rowKey = part.rowKey === undefined ? undefined : asFields(body[part.rowKey])?.value;
    const found = rows.find(
      (row) => (body.id !== undefined && row.id === body.id) || (rowKey !== undefined && row.LineNbr === rowKey),
    );
    if (body.id !== undefined && found === undefined)
      throw badRequest(`The row ${String(body.id)} of ${part.name} cannot be found.`);
    if (body.delete === true) {
      if (found !== undefined) rows.splice(rows.indexOf(found), 1);
      return;
    }
    lastLine += found === undefined ? 1 : 0;
    const row = found ?? { id: applying.world.database.nextId(), LineNbr: String(lastLine) };
    applyRow(row, body, part, `${part.name}.${index}.`, applying);
    if (found === undefined) rows.push(row);
  });
  const { mostLines } = applying.world.profile;
  if (rows.length > mostLines)
    throw businessError(
      `The document has ${rows.length} lines. The license permits at most ${mostLines} lines per master record.`,
    );
  draft[part.name] = rows;
}

function applyBody(draft: Fields, body: Fields, entity: ContractEntity, applying: Applying): Set<string> {
  const sent = new Set<string>();
  for (const [name, raw] of Object.entries(body)) {
    if (systemNames.has(name)) continue;
    const part = entity.parts.get(name);
    if (part === undefined) {
      if (applyPlain(draft, name, raw, entity.fields, '', applying)) sent.add(name);
    } else if (part.kind === 'list') {
      applyList(draft, raw, part, applying);
    } else {
      const linked = asFields(raw);
      if (linked === undefined) throw badRequest(`The field ${name} must be an object.`);
      const target: Fields = { ...asFields(draft[name]) };
      applyRow(target, linked, part, `${name}.`, applying);
      draft[name] = target;
    }
  }
  if (body.note !== undefined) draft.note = unwrapped(body.note, 'note') ?? '';
  applyCustom(draft, body.custom, entity.custom, '');
  return sent;
}

/** The record that the request means: by filter, id, or keys. */
function locate(request: PutRequest, options: QueryOptions): Fields | undefined {
  const { world, entity, body } = request;
  if (options.filter !== undefined) {
    const fits = compileFilter(options.filter, entity);
    const hits = [...world.database.list(entity.name)].filter(fits);
    if (hits.length > 1) throw new Refusal(412, { message: 'More than one entity satisfies the condition.' });
    return hits[0];
  }
  if (typeof body.id === 'string') return world.database.byId(entity.name, body.id);
  const keys = entity.keys.map((key) => asFields(body[key])?.value);
  if (keys.length === 0 || keys.some((key) => typeof key !== 'string' || key === '' || key === '<NEW>'))
    return undefined;
  return world.database.find(entity.name, keys.map(String));
}

function checkPreconditions(request: PutRequest, found: Fields | undefined): void {
  const { headers } = request;
  if (headers['if-none-match'] === '*' && found !== undefined) {
    throw new Refusal(412, { message: 'The record already exists.' });
  }
  if (headers['if-match'] === '*' && found === undefined) {
    throw new Refusal(412, { message: 'The record does not exist.' });
  }
}

/** Executes a PUT and answers the record. @throws Refusal 400, 412, 422, 500 */
export function upsert(request: PutRequest): WireObject {
  const { world, entity, body, contract } = request;
  const options = readOptions(request.query, entity);
  const previous = locate(request, options);
  checkPreconditions(request, previous);
  const draft: Fields = previous === undefined ? { id: world.database.nextId() } : structuredClone(previous);
  const applying: Applying = { world, sentParts: new Map() };
  const sent = applyBody(draft, body, entity, applying);
  const context: SaveContext = {
    world,
    contract,
    errors: new FieldErrors(),
    isNew: previous === undefined,
    previous,
    sent,
    branch: request.headers['px-cbapibranch'] ?? world.branches[0]?.id ?? '',
    businessDate: request.headers['px-cbapibusinessdate'] ?? new Date(world.now()).toISOString().slice(0, 10),
  };
  rules(entity.name)(draft, context);
  if (!context.errors.isEmpty) throw new Refusal(422, invalid(request, draft, context, applying));
  draft.LastModifiedDateTime = world.database.stamp();
  world.database.commit([{ entity: entity.name, record: draft }]);
  return toWire(entity, draft, answerShape(options, sent, applying, body), request.href);
}

function answerShape(options: QueryOptions, sent: Set<string>, applying: Applying, body: Fields) {
  const parts = new Map<string, Shown>();
  for (const [name, fields] of applying.sentParts)
    parts.set(name, new Set([...fields, ...(options.nested.get(name) ?? [])]));
  for (const name of options.expand)
    if (!parts.has(name) && !name.includes('/')) parts.set(name, shownIn(options, name));
  const custom = new Set(options.custom);
  for (const [view, content] of Object.entries(asFields(body.custom) ?? {})) {
    for (const name of Object.keys(asFields(content) ?? {})) custom.add(`${view}.${name}`);
  }
  return { fields: new Set([...sent, ...(options.select ?? [])]), parts, custom, files: options.files };
}

/** The entity echoed with an `error` beside each wrong value. */
function invalid(request: PutRequest, draft: Fields, context: SaveContext, applying: Applying): WireObject {
  const { entity } = request;
  const parts = new Map([...applying.sentParts].map(([name, fields]) => [name, new Set(fields)]));
  const fields = new Set([...context.sent, ...entity.keys]);
  for (const path of context.errors.byPath.keys()) {
    const [first = '', , name] = path.split('.');
    if (name !== undefined) parts.set(first, (parts.get(first) ?? new Set<string>()).add(name));
    else if (first !== '') fields.add(first);
  }
  const shape = { fields, parts, custom: new Set<string>(), files: false };
  const wire = toWire(entity, { ...draft, ...unsavedKeys(entity, draft) }, shape, request.href);
  const summary = context.errors.byPath.get('');
  wire.error = summary ?? `Inserting  '${entity.name}' record raised at least one error. Please review the errors.`;
  for (const [path, message] of context.errors.byPath) if (path !== '') spread(wire, path, message);
  return wire;
}

const unsavedKeys = (entity: ContractEntity, draft: Fields): Fields => {
  const key = entity.keys.at(-1);
  return key === undefined || (draft[key] ?? null) !== null ? {} : { [key]: '<NEW>' };
};

function spread(wire: WireObject, path: string, message: string): void {
  let target: unknown = wire;
  for (const part of path.split('.')) {
    if (typeof target !== 'object' || target === null) return;
    target = (target as Record<string, unknown>)[part];
  }
  if (typeof target === 'object' && target !== null) (target as WireObject).error = message;
}
