/** Requests on entities: read, write, delete, actions, files. */
import { randomUUID } from 'node:crypto';
import type { Fields } from '../../../engine/model/record.ts';
import { asFields } from '../../kit/json.ts';
import { empty, json, type SimulatorAnswer, type SimulatorRequest, text as textAnswer } from '../../kit/simulator.ts';
import { execute, isLongRunning } from './actions.ts';
import type { ContractEntity } from './contract.ts';
import { compileFilter } from './filter.ts';
import { adHocSchema, readOptions, readShape, toWire } from './query.ts';
import { badRequest, businessError, cannotOptimize, httpError, noEntity, notFound, Refusal } from './refusal.ts';
import { rowsOf, text } from './rules/shared.ts';
import { type Endpoint, profileOf, type State } from './state.ts';
import { upsert } from './upsert.ts';
import { isVisible } from './visibility.ts';
import type { Profile, World } from './world.ts';

type Request = SimulatorRequest<State>;

/** A request on an entity, resolved. */
export interface EntityRequest {
  request: Request;
  endpoint: Endpoint;
  entity: ContractEntity;
  /** The tenant under the settings of this request. */
  world: World;
  profile: Profile;
  /** Path segments behind the entity, decoded. */
  rest: readonly string[];
  href: string;
  session: string;
}

const guid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

const branchOf = ({ request, world }: EntityRequest): string =>
  request.headers['px-cbapibranch']?.toString() ?? world.branches[0]?.id ?? '';

function keyed(context: EntityRequest): Fields {
  const { world, entity, rest, profile } = context;
  const keys = rest.length === 1 ? (rest[0] ?? '').split('|') : rest;
  const found = guid.test(rest[0] ?? '')
    ? world.database.byId(entity.name, rest[0] ?? '')
    : world.database.find(entity.name, keys);
  if (found === undefined || !isVisible(found, profile, branchOf(context))) throw noEntity();
  return found;
}

/** Pads ids to their full length, as segmented keys are answered, and shouts statuses. */
function padded(record: Fields, { profile, entity, request }: EntityRequest): Fields {
  const shouts = request.marks.has('upper-statuses');
  if (!profile.padKeys && !shouts) return record;
  const copy = { ...record };
  if (shouts && typeof copy.Status === 'string') copy.Status = `${copy.Status.toUpperCase()} `;
  if (!profile.padKeys) return copy;
  for (const key of [...entity.keys, 'Vendor', 'VendorID']) {
    const value = copy[key];
    if (typeof value === 'string' && entity.fields.has(key)) copy[key] = value.padEnd(10);
  }
  return copy;
}

/** Conditions of the form `Field eq 'text'` joined by `and`, for the indexes. */
function indexHints(filter: string): Record<string, string> {
  if (/\bor\b/.test(filter)) return {};
  const hints: Record<string, string> = {};
  for (const [, field = '', value = ''] of filter.matchAll(/(?:^|\band\b)\s*\(?\s*(\w+) eq '((?:[^']|'')*)'/g)) {
    hints[field] = value.replaceAll("''", "'");
  }
  return hints;
}

function list(context: EntityRequest): SimulatorAnswer {
  const { request, entity, world, profile, href } = context;
  const options = readOptions(new URLSearchParams(request.query.text), entity);
  const stubborn = [...options.expand].filter((part) => entity.unoptimizable.includes(part));
  if (stubborn.length > 0) throw cannotOptimize(stubborn);
  let records: Iterable<Fields> = world.database.list(
    entity.name,
    options.filter === undefined ? {} : indexHints(options.filter),
  );
  if (options.filter !== undefined) {
    const fits = compileFilter(options.filter, entity);
    const byKeyOnly = entity.keys.some((key) => options.filter?.includes(key));
    if (entity.name === 'PurchaseOrder' && profile.poFilterFalseEmpty && !byKeyOnly) records = [];
    else records = filtered(records, fits);
  }
  if (profile.shuffleLists)
    records = [...records]
      .map((record) => ({ record, at: request.services.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ record }) => record);
  const branch = branchOf(context);
  records = filtered(records, (record) => isVisible(record, profile, branch));
  const page: unknown[] = [];
  // A tenant whose list ignores where it should go on.
  const skip = request.marks.has('repeat-page') ? 0 : options.skip;
  const end = options.top === undefined ? Number.POSITIVE_INFINITY : skip + options.top;
  let index = 0;
  const shape = readShape(options);
  for (const record of records) {
    if (index >= end) break;
    if (index >= skip) page.push(toWire(entity, padded(record, context), shape, href, index + 1));
    index += 1;
  }
  return json(200, marred(page, request.marks));
}

const longText = 'x'.repeat(2 * 1024 * 1024);

/** A page whose second record is not as it should be: a value without its wrapper, or a text of two megabytes. */
function marred(page: unknown[], marks: ReadonlySet<string>): unknown[] {
  if (!marks.has('odd-record') && !marks.has('long-text')) return page;
  return page.map((row, index) => {
    if (index !== 1 || typeof row !== 'object' || row === null || !('Description' in row)) return row;
    return { ...row, Description: marks.has('odd-record') ? 'bare text' : { value: longText } };
  });
}

function* filtered(records: Iterable<Fields>, fits: (record: Fields) => boolean): Generator<Fields> {
  for (const record of records) if (fits(record)) yield record;
}

function read(context: EntityRequest): SimulatorAnswer {
  const { request, entity, href } = context;
  const options = readOptions(new URLSearchParams(request.query.text), entity);
  return json(200, toWire(entity, padded(keyed(context), context), readShape(options), href));
}

function write(context: EntityRequest, more: Record<string, string> = {}): SimulatorAnswer {
  const { request, entity, world, endpoint, href } = context;
  if (request.marks.has('row-conflict'))
    throw new Refusal(
      500,
      httpError(
        "Another process has updated the 'APInvoice' record. Your changes will be lost.",
        'PX.Data.PXLockViolationException',
      ),
    );
  const body = asFields(request.exactJson() as Fields);
  if (body === undefined) throw badRequest('The body is not an entity.');
  const query = new URLSearchParams(request.query.text);
  if (entity.keys.length === 0) return inquiry(context, query);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]));
  return json(
    200,
    upsert({ world, contract: endpoint.entities, entity, body, query, headers: { ...headers, ...more }, href }),
  );
}

/** An inquiry entity: parameters in, results out. */
function inquiry({ entity, world, href }: EntityRequest, query: URLSearchParams): SimulatorAnswer {
  const rows = world.branches.map(({ id, name }) => ({
    id: world.database.nextId(),
    CompanyID: world.company,
    CompanyName: world.company,
    CompanyType: 'With Branches Not Requiring Balancing',
    CompanyStatus: true,
    BranchID: id,
    BranchName: name,
    BranchStatus: true,
  }));
  const record: Fields = { id: world.database.nextId(), Results: rows };
  return json(200, toWire(entity, record, readShape(readOptions(query, entity)), href));
}

function remove(context: EntityRequest): SimulatorAnswer {
  const { world, entity } = context;
  const record = keyed(context);
  if (['Open', 'Closed', 'Voided', 'Posted'].includes(text(record.Status)) && entity.keys.length > 1) {
    throw businessError('The document is released and cannot be deleted.');
  }
  world.database.commit([{ entity: entity.name, deleted: world.database.keyOf(entity.name, record) }]);
  return empty(204);
}

function act(context: EntityRequest, action: string): SimulatorAnswer {
  const { request, entity, world, profile, href, session } = context;
  const body = asFields(request.exactJson() as Fields);
  if (body === undefined) throw badRequest('The body of the action is missing.');
  const name = `${entity.name}/${action}`;
  const background = isLongRunning(name);
  let failure: Refusal | undefined;
  try {
    if (!profile.stuckOperations && !profile.failingOperations) execute(world, entity.name, entity.keys, action, body);
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || !background || thrown.status === 400) throw thrown;
    failure = thrown;
  }
  if (!background) return empty(204);
  if (profile.failingOperations)
    failure = new Refusal(
      422,
      httpError('Error: An error occurred during processing.', 'PX.Data.PXOperationCompletedException'),
    );
  const id = randomUUID();
  const now = request.services.clock.now();
  const pollsLeft = profile.stuckOperations ? Number.POSITIVE_INFINITY : profile.pollsUntilDone;
  request.state.operations.set(id, { entity: entity.name, session, pollsLeft, failure, blocksUntil: now + 30_000 });
  return running(profile, `${href}/${entity.name}/${action}/status/${id}`);
}

const running = ({ pollEverySeconds }: Profile, location: string): SimulatorAnswer =>
  empty(202, { location, ...(pollEverySeconds === undefined ? {} : { 'retry-after': String(pollEverySeconds) }) });

function poll({ request, href, entity, rest, profile }: EntityRequest): SimulatorAnswer {
  const operation = request.state.operations.get(rest[2] ?? '');
  if (operation === undefined) throw new Refusal(404, { message: 'The operation cannot be found.' });
  if (operation.pollsLeft > 0) {
    operation.pollsLeft -= 1;
    return running(profile, `${href}/${entity.name}/${rest[0]}/status/${rest[2]}`);
  }
  request.state.operations.delete(rest[2] ?? '');
  if (operation.failure !== undefined) throw operation.failure;
  return empty(204);
}

/** While an operation runs, its session can use the form for nothing else. @throws Refusal 500 */
export function refuseWhileRunning(request: Request, entity: string, session: string): void {
  const now = request.services.clock.now();
  for (const operation of request.state.operations.values()) {
    const blocks = operation.session === session && operation.entity === entity && now < operation.blocksUntil;
    if (blocks && operation.pollsLeft > 0) throw businessError('The previous operation has not been completed yet.');
  }
}

/** Answers a request on an entity. @throws Refusal */
export function answerEntity(context: EntityRequest): SimulatorAnswer {
  const { request, entity, rest, profile, world } = context;
  if (profile.forbidden.has(entity.name))
    throw new Refusal(403, { message: 'Insufficient access rights or the feature is disabled.' });
  if (!world.isSetUp)
    throw new Refusal(
      500,
      httpError('The required configuration data is not entered.', 'PX.Data.PXSetupNotEnteredException'),
    );
  const [first, second] = rest;
  if (request.method === 'GET' && second === 'status' && rest.length === 3) return poll(context);
  refuseWhileRunning(request, entity.name, context.session);
  if (request.method === 'GET' && first === '$adHocSchema') return json(200, adHocSchema(entity));
  if (request.method === 'GET') return first === undefined ? list(context) : read(context);
  if (request.method === 'PUT' && first === undefined) return write(context);
  // Reported by an integrator for the newest version, in no published description.
  if (request.method === 'PATCH' && first === undefined && Number(context.endpoint.version.slice(0, 2)) >= 25)
    return write(context, { 'if-match': '*' });
  if (request.method === 'DELETE' && first !== undefined) return remove(context);
  if (request.method === 'POST' && first !== undefined && rest.length === 1) {
    if (!entity.actions.includes(first)) throw notFound(profile.notFoundBody, request.path);
    return act(context, first);
  }
  if (request.method === 'PUT' && rest.at(-2) === 'files') {
    return attach(request, world, entity, keyed({ ...context, rest: rest.slice(0, -2) }), rest.at(-1) ?? '');
  }
  throw new Refusal(405, { message: `The requested resource does not support http method '${request.method}'.` });
}

/**
 * What the upload preferences of the tenant refuse, and what does not even reach them.
 * @source form SM202550 sets sizes and types; status and wording of the refusals are assumed
 */
function refuseFile({ largestFile, largestRequest, allowedFileTypes }: Profile, size: number, filename: string): void {
  if (size > largestRequest)
    throw new Refusal(413, '<!DOCTYPE html><html><body><h1>Request Entity Too Large</h1></body></html>');
  const ending = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  if (!allowedFileTypes.has(ending)) throw businessError(`The file type '.${ending}' is not allowed.`);
  if (size > largestFile)
    throw businessError(`The file size exceeds the maximum of ${Math.floor(largestFile / 1024)} KB.`);
}

/** Attaches the body to a record; the same name again is a new version. */
export function attach(
  request: Request,
  world: World,
  entity: ContractEntity,
  record: Fields,
  filename: string,
): SimulatorAnswer {
  refuseFile(profileOf(request), request.bytes.length, filename);
  const comment = request.headers['px-cbfilecomment']?.toString() ?? '';
  if (comment.length > 500) throw badRequest('The comment is too long.');
  const files = rowsOf(record, 'files');
  const known = files.find((file) => file.filename === filename);
  const id = text(known?.id) || world.database.nextId();
  const others = files.filter((file) => file !== known);
  const content = { id, FileID: id, Content: request.bytes.toString('base64') };
  const changed = {
    ...record,
    files: [...others, { id, filename, comment, size: String(request.bytes.length) }],
    LastModifiedDateTime: world.database.stamp(),
  };
  world.database.commit([
    { entity: '$file', record: content },
    { entity: entity.name, record: changed },
  ]);
  return empty(204, { location: `${request.path.replace(/\/(?:files|[A-Z]\w*)\/.*$/, '')}/files/${id}` });
}

/** Bytes of an attachment. */
export function download(world: World, id: string): SimulatorAnswer {
  const file = world.database.byId('$file', id);
  if (file === undefined) return textAnswer(404, 'File not found');
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(text(file.Content), 'base64'),
  };
}
