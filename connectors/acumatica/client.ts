/** The client of one Acumatica connection: entity requests, actions, files. Requests of a session go out one after the other. */
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Value } from '../../engine/model/record.ts';
import { createHttp, type Http, type HttpResponse } from '../kit/http.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import type { WireObject } from './codec.ts';
import { readProblem } from './errors.ts';
import { largestMetadata } from './metadata.ts';
import { runAction } from './operations.ts';
import { joinSession, type SessionShare, system } from './session.ts';
import { readSettings, type Settings } from './settings.ts';

/** Options of a read or write, as the query takes them. */
export interface EntityQuery {
  filter?: string;
  select?: readonly string[];
  expand?: readonly string[];
  custom?: readonly string[];
  top?: number;
  skip?: number;
}

/** A build and the endpoints it serves. */
export interface EndpointList {
  /** Such as `25.201.0213`; undefined on old builds. */
  build: string | undefined;
  endpoints: { name: string; version: string }[];
  /** The server's time by its Date header, in milliseconds; undefined where it sends none. */
  serverTimeMs: number | undefined;
}

/** Reads are slow on busy tenants; large saves may take minutes. */
const readTimeoutMs = 120_000;
const writeTimeoutMs = 600_000;
/** Licence refusals clear slowly: waits grow from seconds to a minute. */
const retry = { attempts: 5, baseMs: 2000, capMs: 60_000 };

/** Inquiries are not read through a form; they share a place in line of their own. */
const inquiryForm = '$inquiry';

const segment = (key: string): string => encodeURIComponent(key);

/** One client. Made by `connect`, ended by `close`. */
export class AcumaticaClient {
  readonly context: ConnectContext;
  readonly settings: Settings;
  /** Signed in. */
  readonly http: Http;
  /** Not signed in: what the instance says about itself. */
  readonly open: Http;
  readonly session: SessionShare;

  constructor(context: ConnectContext) {
    this.context = context;
    this.settings = readSettings(context);
    this.session = joinSession(context, this.settings);
    const { instanceUrl: baseUrl, branch, requestsPerMinute } = this.settings;
    const windows = requestsPerMinute === undefined ? [] : [{ requests: requestsPerMinute, perSeconds: 60 }];
    const common = { system, baseUrl, context, errorParser: readProblem, retry };
    this.open = createHttp({ ...common, limits: { windows, concurrency: 1 } });
    this.http = createHttp({
      ...common,
      auth: this.session.signIn,
      limits: { windows, concurrency: 1 },
      ...(branch === '' ? {} : { headers: { 'px-cbapibranch': branch } }),
    });
  }

  /** Address of the endpoint below the instance, such as `/entity/Default/24.200.001`. */
  get endpointPath(): string {
    return `/entity/${this.settings.endpointName}/${this.settings.endpointVersion}`;
  }

  /** Lists records. A list that the server cannot expand is refused by it: see {@link readExpanded}. */
  async list(entity: string, query: EntityQuery, signal?: AbortSignal): Promise<Value[]> {
    const { value } = await this.#call(entity, `list ${entity} records`, (operation) =>
      this.http.get(`${this.endpointPath}/${entity}`, { operation, query: toQuery(query), ...this.#reading(signal) }),
    );
    const list = asList(value);
    if (list === undefined)
      throw new AppError('remote.badResponse', `Acumatica answered the list of ${entity} records without a list.`);
    return list;
  }

  /** Reads one record by its keys or id. Undefined where there is none: the server says so with a 500. */
  async get(
    entity: string,
    keys: readonly string[],
    query: EntityQuery,
    signal?: AbortSignal,
  ): Promise<Value | undefined> {
    try {
      const { value } = await this.#call(entity, `read ${entity} ${keys.join(' ')}`, (operation) =>
        this.http.get(`${this.endpointPath}/${entity}/${keys.map(segment).join('/')}`, {
          operation,
          query: toQuery(query),
          ...this.#reading(signal),
        }),
      );
      return value;
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'remote.notFound' && thrown.remote?.status === 500)
        return undefined;
      throw thrown;
    }
  }

  /** Inserts or updates a record and answers it. `insertOnly` refuses where its keys exist already. */
  async put(
    entity: string,
    body: WireObject,
    query: EntityQuery,
    options: { operation: string; insertOnly?: boolean },
  ): Promise<Value> {
    const headers: Record<string, string> = options.insertOnly === true ? { 'if-none-match': '*' } : {};
    const { value } = await this.#call(entity, options.operation, (operation) =>
      this.http.put(`${this.endpointPath}/${entity}`, {
        operation,
        query: toQuery(query),
        body,
        headers,
        timeoutMs: writeTimeoutMs,
      }),
    );
    return value;
  }

  /**
   * Runs an action on a record and waits until it is done. Nothing else goes out to the form of the entity meanwhile: the server would
   * refuse it. Other forms can be used between the polls. A finished action proves nothing: read the status of the record afterwards.
   */
  act(entity: string, action: string, body: WireObject, operation: string): Promise<void> {
    const address = `${this.endpointPath}/${entity}/${action}`;
    return this.session.form(entity, () => this.explain(() => runAction(this, address, body, operation)));
  }

  /** Attaches a file to a record by the address the record gave. The same name again makes a new version, so it is sent once. */
  async attach(
    entity: string,
    record: Fields,
    file: { name: string; content: Uint8Array; comment?: string },
  ): Promise<void> {
    const template = asText(asFields(record._links)?.['files:put']);
    if (template === undefined)
      throw new AppError('remote.badResponse', 'Acumatica names no address for attachments of the record.');
    const path = this.below(template.replace('{filename}', segment(file.name)));
    const headers: Record<string, string> =
      file.comment === undefined ? {} : { 'px-cbfilecomment': file.comment.slice(0, 500) };
    const send = (operation: string) =>
      this.http.put(path, {
        operation,
        headers,
        // A plain byte array is refused by the HTTP library: it wants Node's own kind.
        bytes: { data: Buffer.from(file.content), type: 'application/octet-stream' },
        timeoutMs: writeTimeoutMs,
      });
    await this.#call(entity, `attach ${file.name}`, send).catch((thrown: unknown) => {
      throw fileRefusal(thrown, file.name, file.content.length);
    });
  }

  /** The fields of an entity's form that its contract leaves out, by view, with their types. @throws AppError remote.* */
  async customSchema(entity: string): Promise<Fields> {
    const { value } = await this.#call(entity, `read the custom fields of ${entity}`, (operation) =>
      this.http.get(`${this.endpointPath}/${entity}/$adHocSchema`, { operation, ...this.#reading() }),
    );
    const schema = asFields(value);
    if (schema === undefined)
      throw new AppError('remote.badResponse', `Acumatica answered the custom fields of ${entity} without any schema.`);
    return schema;
  }

  /** Names of the generic inquiries that are exposed through OData to this user. */
  async inquiries(): Promise<string[]> {
    const path = `/t/${segment(this.settings.tenant)}/api/odata/gi`;
    const { value } = await this.#call(inquiryForm, 'list the generic inquiries', (operation) =>
      this.http.get(path, { operation, ...this.#reading() }),
    );
    const sets = asList(asFields(value)?.value);
    if (sets === undefined)
      throw new AppError('remote.badResponse', 'Acumatica answered the list of generic inquiries without one.');
    return sets.flatMap((entry) => {
      const set = asFields(entry);
      const name = asText(set?.name);
      return name === undefined || (asText(set?.kind) ?? 'EntitySet') !== 'EntitySet' ? [] : [name];
    });
  }

  /** The description of the inquiries' columns: an EDMX document. */
  async inquiryMetadata(): Promise<string> {
    const path = `/t/${segment(this.settings.tenant)}/api/odata/gi/$metadata`;
    const { bytes } = await this.#call(inquiryForm, 'read the description of the inquiries', (operation) =>
      this.http.get(path, {
        operation,
        headers: { accept: 'application/xml' },
        binary: true,
        maxBytes: largestMetadata,
        ...this.#reading(),
      }),
    );
    return new TextDecoder().decode(bytes);
  }

  /** Reads rows of a generic inquiry that is exposed through OData. */
  async inquiry(name: string, query: { top: number; skip: number }): Promise<Fields[]> {
    const path = `/t/${segment(this.settings.tenant)}/api/odata/gi/${segment(name)}`;
    const { value } = await this.#call(inquiryForm, `read the inquiry ${name}`, (operation) =>
      this.http.get(path, {
        operation,
        query: { $top: String(query.top), $skip: String(query.skip) },
        ...this.#reading(),
      }),
    );
    const rows = asList(asFields(value)?.value);
    if (rows === undefined)
      throw new AppError('remote.badResponse', `Acumatica answered the inquiry ${name} without rows.`);
    return rows.map((row) => asFields(row) ?? {});
  }

  /** Build and endpoints. Without sign-in only the system's own endpoints are listed. */
  async endpoints(signedIn = false): Promise<EndpointList> {
    const read = () => (signedIn ? this.http : this.open).get('/entity', { operation: 'list the endpoints' });
    const { value, headers } = signedIn ? await this.session.alone(read) : await read();
    const body = asFields(value);
    const list = asList(value) ?? asList(body?.endpoints);
    if (list === undefined) {
      throw new AppError(
        'remote.badResponse',
        `What answers at ${this.settings.instanceUrl}/entity is not Acumatica.`,
        {
          hint: 'Correct the instance address: it ends where the path of the web pages begins, and includes the virtual directory.',
        },
      );
    }
    const endpoints = list.map((entry) => ({
      name: asText(asFields(entry)?.name) ?? '',
      version: asText(asFields(entry)?.version) ?? '',
    }));
    const { date = '' }: Partial<Record<string, string>> = headers;
    const serverTimeMs = Date.parse(date);
    return {
      build: asText(asFields(body?.version)?.acumaticaBuildVersion),
      endpoints: endpoints.filter(({ name }) => name !== ''),
      serverTimeMs: Number.isNaN(serverTimeMs) ? undefined : serverTimeMs,
    };
  }

  /** A path below the instance from an address the server gave, which may be absolute or include the virtual directory. */
  below(address: string): string {
    const { origin, pathname } = new URL(this.settings.instanceUrl);
    const target = new URL(address, origin);
    const base = pathname === '/' ? '' : pathname;
    if (target.origin !== origin || !target.pathname.startsWith(`${base}/`)) {
      throw new AppError('remote.badResponse', 'Acumatica referred to an address outside of the instance.');
    }
    return target.pathname.slice(base.length) + target.search;
  }

  /** Ends the client; the last one of a connection signs out. That this failed is told, but fails nothing else. */
  async close(): Promise<void> {
    try {
      await this.session.close();
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const detail = `The session could not be signed out and may take a licence slot for up to an hour. ${thrown.message}`;
      this.context.onWait?.({ reason: 'session', waitMs: 0, detail });
    }
  }

  /** Runs a call; a 404 is explained by asking which endpoints exist. */
  async explain<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.remote?.status === 404) throw await this.#explainNotFound(thrown);
      throw thrown;
    }
  }

  #call(entity: string, operation: string, send: (operation: string) => Promise<HttpResponse>): Promise<HttpResponse> {
    return this.session.form(entity, () => this.session.alone(() => this.explain(() => send(operation))));
  }

  #reading(signal?: AbortSignal): { timeoutMs: number; signal?: AbortSignal } {
    return signal === undefined ? { timeoutMs: readTimeoutMs } : { timeoutMs: readTimeoutMs, signal };
  }

  async #explainNotFound(cause: AppError): Promise<AppError> {
    const { endpointName, endpointVersion } = this.settings;
    const { endpoints } = await this.open.get('/entity', { operation: 'list the endpoints' }).then(
      ({ value }) => ({ endpoints: asList(asFields(value)?.endpoints) ?? asList(value) ?? [] }),
      () => ({ endpoints: [] }),
    );
    const versions = endpoints.flatMap((entry) =>
      asText(asFields(entry)?.name) === endpointName ? (asText(asFields(entry)?.version) ?? []) : [],
    );
    if (versions.length === 0 || versions.includes(endpointVersion)) return cause;
    return wrongVersion(endpointName, endpointVersion, versions, cause);
  }
}

/** A refused file with what to do about it; everything else as it is. The preferences are read by no API, so the answer tells. */
function fileRefusal(thrown: unknown, name: string, size: number): unknown {
  if (!(thrown instanceof AppError) || thrown.code !== 'remote.rejected') return thrown;
  const kilobytes = Math.ceil(size / 1024);
  return new AppError('remote.rejected', `${thrown.message} The file ${name} has ${kilobytes} KB.`, {
    hint: 'To have further files attached, allow their type and size in Acumatica (File Upload Preferences, form SM202550).',
    ...(thrown.remote === undefined ? {} : { remote: thrown.remote }),
    cause: thrown,
  });
}

/** The error of an endpoint version that is not served. */
export function wrongVersion(name: string, version: string, versions: readonly string[], cause?: AppError): AppError {
  const offered = versions.length === 0 ? 'none of that name' : versions.join(', ');
  return new AppError(
    'remote.wrongVersion',
    `Acumatica does not serve the endpoint ${name} in version ${version}. It serves: ${offered}.`,
    {
      ...(cause?.remote === undefined ? {} : { remote: cause.remote }),
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

function toQuery({ filter, select, expand, custom, top, skip }: EntityQuery): Record<string, string | undefined> {
  const list = (names: readonly string[] | undefined) =>
    names === undefined || names.length === 0 ? undefined : names.join(',');
  return {
    $filter: filter,
    $select: list(select),
    $expand: list(expand),
    $custom: list(custom),
    $top: top === undefined ? undefined : String(top),
    $skip: skip === undefined || skip === 0 ? undefined : String(skip),
  };
}

/** A text as a literal of `$filter`. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** An instant as a literal of `$filter`. */
export const instantLiteral = (instant: string): string => `datetimeoffset'${instant.replace(/Z$/, '+00:00')}'`;
