/** Requests and answers against the facts of the endpoint Default, in `test/connectors/acumatica/reference/default-endpoint.json`. */
import { readFileSync } from 'node:fs';
import type { HeardRequest, Verdict } from './heard.ts';

interface Description {
  versions: readonly string[];
  options: Record<'list' | 'record' | 'put', string>;
  entities: Record<
    string,
    { screen?: string; keys?: string; fields: readonly string[]; actions?: Record<string, string> }
  >;
  /** Fields of forms beyond the contract, as view and field. */
  forms: Record<string, readonly string[]>;
}

/** The description. */
export const description = JSON.parse(
  readFileSync(new URL('../../connectors/acumatica/reference/default-endpoint.json', import.meta.url), 'utf8'),
) as Description;

/** An entity, row or linked record of one endpoint version. */
export interface Described {
  /** Types by field: `S`, `D`, …, `Name[]` for rows, `Name` for a linked record. */
  fields: Map<string, string>;
  actions: Map<string, Map<string, string>>;
  screen: string | undefined;
}

/** Whether a mark such as `23`, `!22` or `20+24` holds for a version. */
function holds(mark: string | undefined, version: number): boolean {
  if (mark === undefined) return true;
  if (mark.startsWith('!')) return Number(mark.slice(1)) !== version;
  return mark.includes('+') ? mark.split('+').includes(String(version)) : version >= Number(mark);
}

const fieldsOf = (text: string, version: number): Map<string, string> =>
  new Map(
    text
      .split(' ')
      .filter((token) => token !== '')
      .flatMap((token): [string, string][] => {
        const [name = '', rest = ''] = token.split(':', 2);
        const [type = '', mark] = rest.split('@', 2);
        return holds(mark, version) ? [[name, type]] : [];
      }),
  );

const read = new Map<number, Map<string, Described>>();

/** The entities of a version, such as 24. */
export function describedIn(version: number): Map<string, Described> {
  const known = read.get(version);
  if (known !== undefined) return known;
  const entities = new Map<string, Described>();
  for (const [name, { fields, actions = {}, screen }] of Object.entries(description.entities)) {
    const own = fieldsOf(fields.join(' '), version);
    if (own.size === 0) continue;
    const marked = Object.entries(actions).flatMap(([key, parameters]): [string, Map<string, string>][] => {
      const [action = '', mark] = key.split('@', 2);
      return holds(mark, version) ? [[action, fieldsOf(parameters, version)]] : [];
    });
    entities.set(name, { fields: own, actions: new Map(marked), screen });
  }
  read.set(version, entities);
  return entities;
}

/** The part of an entity behind a path such as `MainContact/Address`; undefined where there is none. */
export function partOf(version: number, entity: string, path: readonly string[]): string | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return entity;
  const type = describedIn(version).get(entity)?.fields.get(first)?.replace('[]', '');
  return type === undefined || type.length === 1 ? undefined : partOf(version, type, rest);
}

/** Whether a field beyond the contract is one of the form; those a company added have no description. */
export function isOnForm(entity: string, viewAndField: string): boolean {
  if (/\.(?:Usr|Attribute)/.test(viewAndField)) return true;
  const screen = description.entities[entity]?.screen ?? '';
  return (description.forms[screen] ?? []).some((line) => line.split(' ').includes(viewAndField));
}

const system = new Set(['id', 'rowNumber', 'note', 'custom', 'error', 'files', '_links', 'delete']);
const jsonTypes: Record<string, string> = {
  S: 'string',
  D: 'number',
  I: 'number',
  B: 'boolean',
  T: 'string',
  G: 'string',
};

type Report = (finding: string) => void;
type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Compares a record on the wire. `top` is the entity whose form its custom fields belong to. */
function checkRecord(version: number, name: string, top: string, value: unknown, path: string, report: Report): void {
  const described = describedIn(version).get(name);
  if (!isObject(value)) {
    report(`${path} is no record`);
    return;
  }
  if (described === undefined) {
    report(`${path}: ${name} is not described`);
    return;
  }
  for (const [field, content] of Object.entries(value)) {
    const where = `${path}.${field}`;
    if (system.has(field)) continue;
    const type = described.fields.get(field);
    if (type === undefined) report(`${where} is unknown`);
    else if (type.endsWith('[]')) {
      if (!Array.isArray(content)) report(`${where} is no list`);
      else for (const row of content) checkRecord(version, type.slice(0, -2), top, row, `${where}[]`, report);
    } else if (type.length > 1) {
      if (content !== null) checkRecord(version, type, top, content, where, report);
    } else checkValue(type, content, where, report);
  }
  for (const [view, fields] of Object.entries(isObject(value.custom) ? value.custom : {}))
    for (const field of Object.keys(isObject(fields) ? fields : {}))
      if (!isOnForm(top, `${view}.${field}`)) report(`${path}.custom.${view}.${field} is not on the form`);
}

function checkValue(type: string, content: unknown, where: string, report: Report): void {
  if (!isObject(content)) {
    report(`${where} has no value wrapper`);
    return;
  }
  const { value } = content;
  const isWhole = type !== 'I' || value === null || Number.isInteger(value);
  if (value !== null && value !== undefined && (typeof value !== jsonTypes[type] || !isWhole))
    report(`${where} is a ${typeof value}, not ${type}`);
}

const listed = (text: string | null): string[] => (text ?? '').split(',').filter((name) => name !== '');

/** Names in a filter that are compared or handed to a function. */
const namesIn = (filter: string): string[] =>
  filter
    .replace(/(?:datetimeoffset|date|guid)?'(?:[^']|'')*'/g, ' ')
    .replace(/cf\.\w+\([^)]*\)/g, ' ')
    .split(/[\s(),]+/)
    .filter(
      (word) => !/^(?:eq|ne|gt|ge|lt|le|and|or|null|true|false|startswith|endswith|substringof|-?\d.*|)$/.test(word),
    );

function checkQuery(version: number, entity: string, allowed: string, query: URLSearchParams, report: Report): void {
  const fields = describedIn(version).get(entity)?.fields ?? new Map<string, string>();
  for (const name of query.keys()) if (!allowed.split(' ').includes(name)) report(`option ${name} is not one here`);
  for (const path of listed(query.get('$select'))) {
    const parts = path.split('/');
    const part = partOf(version, entity, parts.slice(0, -1));
    const last = parts.at(-1) ?? '';
    if (part === undefined || !(describedIn(version).get(part)?.fields.has(last) || last === 'id'))
      report(`$select ${path} is unknown`);
  }
  for (const path of listed(query.get('$expand')))
    if (path !== 'files' && partOf(version, entity, path.split('/')) === undefined)
      report(`$expand ${path} is unknown`);
  for (const path of listed(query.get('$custom'))) {
    const parts = path.split('/');
    if (partOf(version, entity, parts.slice(0, -1)) === undefined || !isOnForm(entity, parts.at(-1) ?? ''))
      report(`$custom ${path} is not on the form`);
  }
  for (const name of namesIn(query.get('$filter') ?? '')) {
    const type = name.includes('/') ? undefined : fields.get(name);
    if (type?.length !== 1) report(`$filter ${name} is no field of the entity itself`);
  }
}

function checkAction(version: number, entity: string, action: string, body: unknown, report: Report): void {
  const parameters = describedIn(version).get(entity)?.actions.get(action);
  if (parameters === undefined) {
    report(`action ${action} is not in the contract`);
    return;
  }
  if (!isObject(body)) {
    report('body is no invocation');
    return;
  }
  for (const name of Object.keys(body))
    if (name !== 'entity' && name !== 'parameters') report(`body.${name} is unknown`);
  checkRecord(version, entity, entity, body.entity, 'body.entity', report);
  for (const [name, content] of Object.entries(isObject(body.parameters) ? body.parameters : {})) {
    const type = parameters.get(name);
    if (type === undefined) report(`body.parameters.${name} is unknown`);
    else checkValue(type, content, `body.parameters.${name}`, report);
  }
}

const operationOf = ({ method }: HeardRequest, entity: string, rest: readonly string[]): string => {
  if (method === 'POST') return `POST ${entity}/${rest[0] ?? ''}`;
  if (rest[0] === '$adHocSchema') return `GET ${entity}/$adHocSchema`;
  return `${method} ${entity}${rest.length === 0 ? '' : '/{keys}'}`;
};

/** What a request and its answer have that the endpoint does not. Addresses outside of the endpoint are not described. */
export function checkAcumatica(request: HeardRequest): Verdict {
  const address = /^\/(?:[^/]+\/)?entity\/Default\/([\d.]+)\/(.+)$/.exec(decodeURIComponent(request.path));
  if (address === null) return { operation: undefined, findings: [] };
  const [, full = '', below = ''] = address;
  const [entity = '', ...rest] = below.split('/');
  const version = Number(full.split('.')[0]);
  if (entity === 'files' || entity === 'swagger.json' || rest.includes('status') || rest.includes('files'))
    return { operation: undefined, findings: [] };
  // A version that is not served, or an entity that an old one lacks, is refused by the simulator itself.
  if (!description.versions.includes(full) || request.status === 404) return { operation: undefined, findings: [] };
  const operation = operationOf(request, entity, rest);
  const findings = new Set<string>();
  const report: Report = (finding) => findings.add(`${operation} (${full}) ${finding}`);
  if (describedIn(version).get(entity) === undefined) report('is no entity');
  else if (request.method === 'POST') checkAction(version, entity, rest[0] ?? '', request.body, report);
  else if (rest[0] !== '$adHocSchema') {
    const shape = request.method === 'PUT' ? 'put' : rest.length === 0 ? 'list' : 'record';
    checkQuery(version, entity, description.options[shape], request.query, report);
    if (request.method === 'PUT') checkRecord(version, entity, entity, request.body, 'body', report);
    if (request.status === 200) {
      const records = Array.isArray(request.answer) ? request.answer.slice(0, 40) : [request.answer];
      for (const record of records) checkRecord(version, entity, entity, record, 'answer', report);
    }
  }
  return { operation, findings: [...findings] };
}
