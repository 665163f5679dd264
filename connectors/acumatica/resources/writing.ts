/** Writing documents: create, find again, update in place, release as an effect of its own. */
import type {
  FoundDocument,
  WriteOptionDeclaration,
  WriteOptions,
  WriteResult,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';
import type { UpdateDeclaration, UpdateRule } from '../../../engine/model/updates.ts';
import { pairLines, ruleFor } from '../../../engine/model/updates.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import { literal } from '../client.ts';
import { unwrapEntity, type WireObject, wrapEntity } from '../codec.ts';
import { attachFiles, noteCreated, withoutFiles } from './files.ts';
import { pagesOf } from './pages.ts';
import { type EntitySpec, idOf, keysIn, markOf, shapeOf } from './reading.ts';
import { replacedCodes } from './replaced.ts';
import { filtersWork } from './trust.ts';

/** How a document is written. */
export interface DocumentSpec extends EntitySpec {
  /** Word for messages, such as `bill`. */
  word: string;
  /** Key that the system numbers. */
  number: string;
  /** Fields filled in on insert where the flow leaves them out. */
  defaults: Readonly<Fields>;
  /** Has a Hold field that the option `hold` sets. */
  hasHold: boolean;
  /** Statuses in which it can be changed, and from which on it is final. */
  editable: ReadonlySet<string>;
  released: ReadonlySet<string>;
  /** Detail collections that an update replaces line by line. */
  lists: readonly string[];
  /** Screen of the web client. */
  screen: string;
  /** What may be updated in which status; without it everything, while the document is editable. */
  updates?: UpdateDeclaration;
  /** Whether a document with the right key fields counts as found. */
  counts?: (found: Fields) => boolean;
  /** Puts a document back on hold, so that it can be changed. */
  reopen?: (client: AcumaticaClient, document: FoundDocument) => Promise<unknown>;
}

/** The option every document with a Hold field has. */
export const holdOption: WriteOptionDeclaration = {
  name: 'hold',
  label: 'Create on hold',
  kind: 'boolean',
  default: true,
  help: 'A document on hold is a draft: nobody is owed anything yet and it can be changed or deleted in Acumatica.',
};

/** The option of documents that have to be on hold to be changed. */
export const reopenOption: WriteOptionDeclaration = {
  name: 'reopen',
  label: 'Put on hold to change',
  kind: 'boolean',
  default: false,
  help: 'A document that is open already is put on hold, changed, and stays on hold unless the flow releases it.',
  warning: 'It may need its approvals again, and nothing can be received or billed against it meanwhile.',
};

/** The address of a document in the web client. (assumed: the screen takes key fields by name) */
function webAddress(client: AcumaticaClient, spec: DocumentSpec, value: Fields): string {
  const query = new URLSearchParams({ ScreenId: spec.screen });
  for (const key of spec.keys) query.set(key, asText(value[key]) ?? '');
  return `${client.settings.instanceUrl}/Main?${query.toString()}`;
}

/** What the answer of a write must carry, so that it can be compared with what was sent. */
function answerShape(client: AcumaticaClient, spec: DocumentSpec) {
  const shape = shapeOf(client, spec);
  const top = spec.fields.filter(isPlain).map((field) => field.name);
  const nested = spec.fields
    .filter((field) => spec.lists.includes(field.name))
    .flatMap((list) => (list.fields ?? []).filter(isPlain).map((field) => `${list.name}/${field.name}`));
  return { ...shape, select: [...top, ...nested] };
}

/** Fields that some endpoint versions do not have: never named in a query. */
const versioned = new Set(['IsTaxValid', 'LegalName', 'POType']);
const isPlain = (field: EntitySpec['fields'][number]): boolean =>
  field.view === undefined && field.bare !== true && field.fields === undefined && !versioned.has(field.name);

/** A status as the specs write it, however the tenant does. */
const statusIn = (spec: DocumentSpec, status: string): string =>
  [...spec.editable, ...spec.released, 'Voided'].find((known) => known.toLowerCase() === status.trim().toLowerCase()) ??
  status;

function toResult(client: AcumaticaClient, spec: DocumentSpec, wire: Value): WriteResult & { value: Fields } {
  const value = unwrapEntity(wire, spec.fields);
  const number = asText(value[spec.number]);
  if (number === undefined) {
    throw new AppError('remote.outcomeUnknown', `Acumatica did not say which number the ${spec.word} got.`);
  }
  const status = asText(value.Status);
  return {
    id: idOf(spec, value),
    number,
    url: webAddress(client, spec, value),
    value,
    ...(status === undefined ? {} : { status: statusIn(spec, status) }),
  };
}

const toFound = (client: AcumaticaClient, spec: DocumentSpec, wire: Value): FoundDocument => {
  const result = toResult(client, spec, wire);
  const status = result.status ?? '';
  return { ...result, editable: spec.editable.has(status), released: spec.released.has(status) };
};

/** Reads documents by key; those that are gone are left out. */
export async function readFound(
  client: AcumaticaClient,
  spec: DocumentSpec,
  ids: Iterable<string>,
): Promise<FoundDocument[]> {
  const found: FoundDocument[] = [];
  for (const id of ids) {
    const wire = await client.get(spec.entity, keysIn(id), shapeOf(client, spec));
    if (wire !== undefined) found.push(toFound(client, spec, wire));
  }
  return found;
}

/** Finds documents by equality of fields. @throws AppError check.requiredField where one of them is blank */
export async function findByFields(
  client: AcumaticaClient,
  spec: DocumentSpec,
  fields: Readonly<Record<string, Value | undefined>>,
): Promise<FoundDocument[]> {
  const wanted = Object.entries(fields).map(([name, value]) => [name, requiredText(spec, name, value)] as const);
  const parts = wanted.map(([name, text]) => `${name} eq ${literal(text)}`);
  const { doubtfulFilters } = spec;
  if (doubtfulFilters !== undefined && !(await filtersWork(client, spec.entity, doubtfulFilters)))
    return readFound(client, spec, await idsAmongAll(client, spec, wanted));
  const list = await client.list(spec.entity, { filter: parts.join(' and '), select: [...spec.keys], top: 20 });
  const ids = list.map((wire) => idOf(spec, unwrapEntity(wire, spec.fields)));
  const found = await readFound(client, spec, ids);
  return found.filter(({ value }) => spec.counts?.(value) !== false);
}

/** Ids of documents with these texts, found by looking at all of them. */
async function idsAmongAll(
  client: AcumaticaClient,
  spec: DocumentSpec,
  wanted: readonly (readonly [string, string])[],
): Promise<Set<string>> {
  const select = [...spec.keys, ...wanted.map(([name]) => name)];
  const pages = pagesOf({
    fetch: (top, skip) => client.list(spec.entity, { select, top, skip }),
    pageSize: 500,
    what: `${spec.entity} records`,
    restarts: true,
    mark: markOf(spec),
  });
  const ids = new Set<string>();
  const same = (held: Value | undefined, text: string) => asText(held)?.trim().toUpperCase() === text.toUpperCase();
  for await (const page of pages) {
    for (const wire of page) {
      const value = unwrapEntity(wire, spec.fields);
      if (wanted.every(([name, text]) => same(value[name], text))) ids.add(idOf(spec, value));
    }
  }
  return ids;
}

/** A field that finds a document must not be blank. */
export function requiredText(spec: DocumentSpec, name: string, value: Value | undefined): string {
  const text = asText(value)?.trim() ?? '';
  if (text === '') {
    throw new AppError('check.requiredField', `The ${spec.word} has no ${name}, so that it could not be found again.`, {
      fields: { [name]: 'is blank' },
    });
  }
  return text;
}

/** Creates a document. The answer carries what Acumatica made of it. */
export async function createDocument(
  client: AcumaticaClient,
  spec: DocumentSpec,
  value: Fields,
  options: WriteOptions,
): Promise<WriteResult> {
  const { fields, files } = withoutFiles(value);
  const hold: Fields = spec.hasHold ? { Hold: options.hold !== false } : {};
  const filled: Fields = { ...spec.defaults, ...hold, ...fields };
  for (const [name, fallback] of Object.entries(spec.defaults))
    if ((filled[name] ?? '') === '') filled[name] = fallback;
  const insertOnly = (asText(filled[spec.number]) ?? '') !== '';
  const shape = answerShape(client, spec);
  const asked = { ...shape, expand: [...(shape.expand ?? []), 'files'] };
  const wire = await client.put(spec.entity, wrapEntity(filled, spec.fields), asked, {
    operation: `create the ${spec.word}`,
    insertOnly,
  });
  const result = toResult(client, spec, wire);
  if (files.length === 0) noteCreated(client, spec, result.id, asFields(wire));
  const warnings = [
    ...lineWarnings(spec, filled, result.value),
    ...replacedCodes(spec, spec.lists, filled, result.value),
    ...(await attachFiles(client, spec.entity, asFields(wire) ?? {}, files)),
  ];
  return warnings.length === 0 ? result : { ...result, warnings };
}

function lineWarnings(spec: DocumentSpec, sent: Fields, held: Fields): string[] {
  return spec.lists.flatMap((name) => {
    const [asked, got] = [asList(sent[name])?.length ?? 0, asList(held[name])?.length ?? 0];
    return held[name] === undefined || asked === got ? [] : [`${asked} lines were sent, Acumatica holds ${got}.`];
  });
}

/** Lines of an update with the ids of those they replace; further ones are added, and those that go are marked so. */
function replacedLines(spec: DocumentSpec, list: string, sent: readonly Value[], held: readonly Value[]) {
  const rows = (values: readonly Value[]): Fields[] => values.map((row) => asFields(row) ?? {});
  // Without a way to tell lines apart the place decides.
  const inOrder = { list, match: [], closedBy: [] };
  const identity = spec.updates?.lines.find((candidate) => candidate.list === list) ?? inOrder;
  const lines: Value[] = [];
  const gone: WireObject[] = [];
  for (const pair of pairLines(rows(sent), rows(held), identity)) {
    const id = asText(pair.held?.line.id);
    if (pair.sent === undefined) gone.push({ id: id ?? '', delete: true });
    else lines.push(id === undefined ? pair.sent.line : { ...pair.sent.line, id });
  }
  return { lines, gone };
}

/** Of a document, what a rule lets be changed: fields by name, those of lines by their list. */
function permittedPart(value: Fields, rule: UpdateRule | undefined): Fields {
  if (rule === undefined || rule.fields === 'all') return value;
  const names = rule.fields;
  const part: Fields = {};
  for (const [name, content] of Object.entries(value)) {
    const inner = names.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
    const rows = asList(content);
    if (names.includes(name)) part[name] = content;
    else if (rows !== undefined && inner.length > 0)
      part[name] = rows.map((row) =>
        Object.fromEntries(Object.entries(asFields(row) ?? {}).filter(([key]) => key === 'id' || inner.includes(key))),
      );
  }
  return part;
}

function locked(spec: DocumentSpec, held: FoundDocument): AppError {
  return new AppError(
    'remote.rejected',
    `The ${spec.word} ${held.number ?? held.id} is ${held.status ?? 'locked'} in Acumatica and cannot be changed.`,
    { hint: 'Correct it in Acumatica, for instance by reversing it.' },
  );
}

/**
 * Changes a document as far as its status lets it be changed; one that has to be on hold for that stays there until it is released
 * again. Sends the whole of it, so that repeating it changes nothing.
 */
export async function updateDocument(
  client: AcumaticaClient,
  spec: DocumentSpec,
  id: string,
  value: Fields,
  options: WriteOptions = {},
): Promise<WriteResult> {
  const [held] = await readFound(client, spec, [id]);
  if (held === undefined) throw new AppError('remote.notFound', `Acumatica no longer has the ${spec.word} ${id}.`);
  const rule = ruleFor(spec, held.status ?? '', options);
  if (spec.updates === undefined ? !held.editable : rule === undefined) throw locked(spec, held);
  if (rule?.option === reopenOption.name) await spec.reopen?.(client, held);
  const { fields, files } = withoutFiles(value);
  const changed: Fields = { ...fields };
  for (const key of spec.keys) changed[key] = held.value[key] ?? null;
  const gone: Record<string, WireObject[]> = {};
  for (const name of spec.lists) {
    const sent = asList(fields[name]);
    if (sent === undefined) continue;
    const replaced = replacedLines(spec, name, sent, asList(held.value[name]) ?? []);
    changed[name] = replaced.lines;
    gone[name] = replaced.gone;
  }
  const isWhole = rule === undefined || rule.fields === 'all';
  const keys = Object.fromEntries(spec.keys.map((key) => [key, changed[key] ?? null]));
  const part = { ...permittedPart(changed, rule), ...keys };
  const body = wrapEntity(part, spec.fields, 'clear');
  for (const [name, deletions] of Object.entries(gone)) {
    const lines = body[name];
    if (Array.isArray(lines) && isWhole) body[name] = [...lines, ...deletions];
  }
  const wire = await client.put(spec.entity, body, answerShape(client, spec), {
    operation: `update the ${spec.word} ${held.number ?? id}`,
  });
  const result = toResult(client, spec, wire);
  const warnings = [
    ...(isWhole ? replacedCodes(spec, spec.lists, changed, result.value) : []),
    ...(await attachFiles(client, spec.entity, asFields(wire) ?? {}, files)),
  ];
  return warnings.length === 0 ? result : { ...result, warnings };
}

/** The keys of a document as an action takes them. */
export const keyBody = (spec: EntitySpec, value: Fields): WireObject =>
  Object.fromEntries(spec.keys.map((key) => [key, { value: asText(value[key]) ?? '' }]));

/** A step on the way to a final document. */
export interface ReleaseStep {
  /** Status in which this step is due. */
  when: ReadonlySet<string>;
  run(client: AcumaticaClient, document: FoundDocument): Promise<unknown>;
}

const writeHold = (spec: DocumentSpec, client: AcumaticaClient, document: FoundDocument, hold: boolean) =>
  client.put(
    spec.entity,
    { ...keyBody(spec, document.value), Hold: { value: hold } },
    { select: [...spec.keys, 'Status'] },
    {
      operation: `${hold ? 'put' : 'take'} the ${spec.word} ${document.number ?? document.id} ${hold ? 'on' : 'off'} hold`,
    },
  );

/** Takes a document off hold by writing `Hold: false`. */
export const removeHold = (spec: DocumentSpec): ReleaseStep => ({
  when: new Set(['On Hold']),
  run: (client, document) => writeHold(spec, client, document, false),
});

/** Puts a document on hold by writing `Hold: true`. */
export const putOnHold = (spec: DocumentSpec, client: AcumaticaClient, document: FoundDocument): Promise<unknown> =>
  writeHold(spec, client, document, true);

/** Runs an action of the entity. */
export const byAction = (spec: DocumentSpec, action: string, when: readonly string[], verb: string): ReleaseStep => ({
  when: new Set(when),
  run: (client, document) =>
    client.act(
      spec.entity,
      action,
      { entity: keyBody(spec, document.value), parameters: {} },
      `${verb} the ${spec.word} ${document.number ?? document.id}`,
    ),
});

/**
 * Makes a document final, step by step by its status. Whether it worked is what its status says afterwards.
 * Safe to call on a released one: it answers its state.
 */
export async function releaseDocument(
  client: AcumaticaClient,
  spec: DocumentSpec,
  id: string,
  steps: readonly ReleaseStep[],
): Promise<WriteResult> {
  for (let turn = 0; ; turn += 1) {
    const [document] = await readFound(client, spec, [id]);
    if (document === undefined)
      throw new AppError('remote.notFound', `Acumatica no longer has the ${spec.word} ${id}.`);
    if (document.released) return document;
    const status = document.status ?? 'in an unknown state';
    const step = steps.find(({ when }) => when.has(status));
    if (step === undefined || turn > steps.length) {
      const waits = status === 'Pending Approval';
      throw new AppError(
        'remote.rejected',
        `The ${spec.word} ${document.number ?? id} is ${status} in Acumatica, so that it cannot be released.`,
        {
          hint: waits
            ? 'Have it approved in Acumatica, then run the flow again.'
            : 'Look at the document in Acumatica, then run the flow again.',
        },
      );
    }
    await step.run(client, document);
  }
}
