/**
 * What a connector is: one value that declares its form, resources and operations. Forms, palette, ping, pickers, conformance
 * tests and documentation come from it; the renderer receives the serialisable part only.
 */
import type { CredentialField, Environment, PingCheck } from './connection.ts';
import type { AppError } from './error.ts';
import type { FileReference, RemoteFile } from './files.ts';
import type { FactSource, FieldSchema, Fields, Origin, Scope } from './record.ts';
import type { UpdateDeclaration } from './updates.ts';
import type { WriteOptionDeclaration, WriteOptions } from './write-options.ts';

export type { FileReference, RemoteFile } from './files.ts';
export type { WriteOptionDeclaration, WriteOptions } from './write-options.ts';

/** A rate limit as declared, for documentation and for the limiter's first guess. */
export interface LimitDeclaration extends FactSource {
  requests: number;
  perSeconds: number;
  description: string;
}

/** One request and its answer, masked, for run history. */
export interface Exchange {
  at: string;
  system: string;
  operation: string;
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  requestBody?: string;
  status?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
  durationMs: number;
  requestId?: string;
  attempt: number;
  error?: string;
}

/** Why a connector waits: shown on the canvas and the command line. */
export interface WaitNotice {
  reason: 'rateLimit' | 'retry' | 'session' | 'breaker';
  waitMs: number;
  detail: string;
}

/** What the host hands to a connector when it connects. */
export interface ConnectContext {
  /** Identity for shared rate windows and token cache: all flows of one connection share them. */
  connectionId: string;
  environment: Environment;
  /** Public fields by name, defaults applied. */
  fields: Readonly<Record<string, string>>;
  /** Secret fields by name. Never log or throw them. */
  secrets: Readonly<Record<string, string>>;
  signal: AbortSignal;
  now: () => number;
  /** Waits; rejects with run.cancelled when the signal fires. */
  sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1); seeded in tests. */
  random: () => number;
  onExchange?: (exchange: Exchange) => void;
  onWait?: (notice: WaitNotice) => void;
  /** Longest time for one try of a call, in milliseconds; overrides the connector's own. */
  timeoutMs?: number;
  /** Keeps a secret that the remote system rotated, such as a refresh token. */
  saveSecret?: (name: string, value: string) => Promise<void>;
}

/** What to read. `since`/`until` are ISO instants; the connector may return more than asked, never less. */
export interface ReadRequest {
  since?: string;
  until?: string;
  /** Equality filters the resource declares as pushable; others are ignored by the connector and applied by the engine. */
  filter?: Readonly<Record<string, readonly string[]>>;
  /** Only these scopes, by id. Absent: all that are visible and active. */
  scopes?: readonly string[];
  /** Since per scope id, where watermarks differ; overrides `since`. */
  sinceByScope?: Readonly<Record<string, string>>;
  /** Stop after about this many records (samples). */
  limit?: number;
  /**
   * Whole records as an earlier run read them, by id: of these listed ones those that have not changed since and of which everything is
   * settled. A connector that needs a call for each record it lists may spare it. Absent: everything is read anew.
   */
  unchanged?(origins: readonly Origin[]): Promise<ReadonlyMap<string, Fields>>;
  signal: AbortSignal;
}

/** A record as a connector returns it: vendor's own field names, wrappers removed, numbers as decimal strings. */
export interface RemoteRecord {
  /** Stable id in the remote system, as text. */
  id: string;
  value: Fields;
  origin: Origin;
}

/** What a read yields. A scope that cannot be read is reported and the others go on. */
export type ReadEvent =
  | { kind: 'page'; scope?: Scope; records: RemoteRecord[] }
  | { kind: 'scope-failed'; scope: Scope; error: AppError }
  | { kind: 'scope-done'; scope: Scope }
  /** A record that could not be read as one; the rest of the page goes on. */
  | { kind: 'record-failed'; origin: Origin; value: Fields; error: AppError };

/** The answer to a write. */
export interface WriteResult {
  id: string;
  /** Number people know, such as the bill's reference number. */
  number?: string;
  /** State in the target's own word, such as `On Hold`. */
  status?: string;
  /** Address of the document in the target's web client. */
  url?: string;
  /** The document read back, for verification. */
  value?: Fields;
  /** Non-fatal remarks of the target. */
  warnings?: readonly string[];
}

/** What a target already holds for a business key. */
export interface FoundDocument extends WriteResult {
  value: Fields;
  /** False when it is released, paid or otherwise locked. */
  editable: boolean;
  released: boolean;
}

/** Reads a resource by pages. Every loop over pages is bounded and obeys the signal. */
export type ReadOperation<Client> = (client: Client, request: ReadRequest) => AsyncIterable<ReadEvent>;
/** Reads one record. Undefined where it does not exist. */
export type GetOperation<Client> = (client: Client, id: string, scope?: Scope) => Promise<RemoteRecord | undefined>;
/** Finds what the target holds under the business key of `value`. More than one hit → all of them. */
export type FindOperation<Client> = (client: Client, value: Fields, scope?: Scope) => Promise<FoundDocument[]>;
export type CreateOperation<Client> = (
  client: Client,
  value: Fields,
  options: WriteOptions,
  scope?: Scope,
) => Promise<WriteResult>;
export type UpdateOperation<Client> = (
  client: Client,
  id: string,
  value: Fields,
  options: WriteOptions,
  scope?: Scope,
) => Promise<WriteResult>;
/**
 * Attaches a file to a document: once, however often it is asked, for a file with the same mark counts as this one. Answers the name
 * it has in the target, which may differ where that one was taken or is not allowed there. `isFirst`: the document was created just
 * now and nothing was sent to it since, so that a connector which still has the answer need not look.
 * @throws AppError data.tooLarge, remote.*
 */
export type AttachOperation<Client> = (
  client: Client,
  id: string,
  file: RemoteFile & { mark: string; isFirst?: boolean },
) => Promise<{ name: string }>;
/** Makes a document final. Safe to call on a released one: answers its state. */
export type ReleaseOperation<Client> = (client: Client, id: string, scope?: Scope) => Promise<WriteResult>;

/** The serialisable part of a resource. */
export interface ResourceDeclaration extends FactSource {
  id: string;
  /** The system's own word, plural, such as `Requisitions (subcontractor invoices)`. */
  title: string;
  description: string;
  scope: 'company' | 'project';
  fields: readonly FieldSchema[];
  /** Field paths that make up the business key, compared after `normalize`. Needed to write; only those in `blankable` may be blank. */
  key?: { fields: readonly string[]; normalize: 'exact' | 'invoice-number' | 'name'; blankable?: readonly string[] };
  /** Field of the header amount and of its currency, for totals. */
  amount?: { field: string; currencyField?: string; lines?: { list: string; field: string } };
  /** Field of the document or posting date, vendor, and project, for the posting sheet. */
  roles?: {
    date?: string;
    vendor?: string;
    number?: string;
    lines?: string;
    account?: string;
    project?: string;
    lineDescription?: string;
    /** Field that says whether it is approved: a posted record that is so no longer, or no longer there, is held. */
    approval?: string;
    /** Field that says what kind of document it is, such as bill or debit adjustment. */
    documentType?: string;
    /** Document types that lower what is owed, such as debit adjustments: written with positive amounts, counted negative. */
    reducingTypes?: readonly string[];
    /** Where the names of accounts and vendors are found: a resource of the same connector, its code field and its name field. */
    accountNames?: { resource: string; code: string; name: string };
    vendorNames?: { resource: string; code: string; name: string };
  };
  /** Fields whose equality can be asked of the server. */
  pushable?: readonly string[];
  /**
   * What mapping tables name as codes: the field of the code, that of its name, and which values of a field mean that it may be used.
   * Columns whose `validates` names the resource are checked against its list.
   */
  codes?: { code: string; name?: string; usable?: { field: string; values: readonly string[] } };
  /** Whether `since` narrows the read on the server. */
  incremental: boolean;
  /** Default overlap re-read in hours. */
  overlapHours?: number;
  options?: readonly WriteOptionDeclaration[];
  /** What may be updated. Without it: everything, while the document is editable. */
  updates?: UpdateDeclaration;
}

type Reading<Client> = { read?: ReadOperation<Client>; get?: GetOperation<Client> };
type Writing<Client> = {
  find: FindOperation<Client>;
  create: CreateOperation<Client>;
  update?: UpdateOperation<Client>;
  release?: ReleaseOperation<Client>;
  attach?: AttachOperation<Client>;
};
type NotWriting<Client> = {
  find?: FindOperation<Client>;
  create?: never;
  update?: never;
  release?: never;
  attach?: never;
};

/** A resource with its operations. `create` without `find` does not type-check: nothing is posted that cannot be looked up. */
export type Resource<Client> = ResourceDeclaration & Reading<Client> & (Writing<Client> | NotWriting<Client>);

/** Which operations a resource has, for pickers. */
export interface ResourceAbilities {
  read: boolean;
  get: boolean;
  create: boolean;
  update: boolean;
  release: boolean;
  /** Takes files. Absent: it does not. */
  attach?: boolean;
}

/** The serialisable part of a connector. */
export interface ConnectorDeclaration {
  id: string;
  title: string;
  vendor: string;
  description: string;
  role: 'source' | 'target' | 'both';
  credentials: readonly CredentialField[];
  limits: readonly LimitDeclaration[];
  /** What could not be confirmed from documentation; the simulator follows the same assumptions. */
  assumptions: readonly string[];
  webhooks?: WebhookDeclaration;
}

/** How a system says that something changed. */
export interface WebhookDeclaration {
  events: readonly { name: string; label: string; resource?: string }[];
  /** Header that carries the shared secret. */
  secretHeader: string;
  secretField: string;
  help: string;
}

/** An event as verified: it says what changed, the record is fetched. */
export interface WebhookEvent {
  id: string;
  event: string;
  resource?: string;
  recordId?: string;
  scopeId?: string;
  at?: string;
}

/** A hook of Costwire as it stands in the remote system, which never gives its secret back. */
export interface WebhookRegistration {
  id: string;
  scope: Scope;
  /** Where deliveries go. */
  url: string;
  /** What it announces, as `<record type>/<event type>`, in order. */
  events: readonly string[];
  /** In the remote system's word, such as `active`. */
  status?: string;
}

/** What a hook shall announce, and where to. */
export interface WebhookWish {
  url: string;
  /** Record types, or `<record type>/<event type>`. Absent: all that Costwire reads and the scope offers. */
  events?: readonly string[];
  /** Ids of projects, each with a hook of its own; `all` for those that are active. Absent: the company. */
  scopes?: readonly string[] | 'all';
}

/** What registering came to. `added` are events that were not announced before. */
export interface WebhookOutcome {
  hook: WebhookRegistration;
  created: boolean;
  added: readonly string[];
}

/** A try to deliver an event. */
export interface WebhookDelivery {
  id: string;
  at?: string;
  event: string;
  recordId?: string;
  /** In the remote system's word, such as `discarded`. */
  status: string;
  /** Why it failed, or what the receiver answered. */
  detail?: string;
}

/** Setting webhooks up from Costwire. A scope is a project's id; absent, the company is meant. All throw AppError remote.*. */
export interface WebhookAdministration<Client> {
  /** What the scope can announce, asked of the remote system. */
  offers(client: Client, scope?: string): Promise<{ name: string; actions: readonly string[]; resource?: string }[]>;
  /** Makes the hook there be, once: one with the same address is completed, not doubled. @throws AppError connection.*, vault.missingSecret */
  register(client: Client, wish: WebhookWish): Promise<WebhookOutcome[]>;
  /** Costwire's hooks of the company and of the projects named. */
  list(client: Client, scopes?: readonly string[] | 'all'): Promise<WebhookRegistration[]>;
  /** Removes a hook, or only some of its events. What is gone already is no error. */
  remove(client: Client, hookId: string, options: { scope?: string; events?: readonly string[] }): Promise<void>;
  /** Deliveries of a hook as the remote system remembers them. */
  deliveries(client: Client, hookId: string, options: { scope?: string; status?: string }): Promise<WebhookDelivery[]>;
}

/** A permission that ping shall prove by a harmless read, derived from the flows bound to the connection. */
export interface PingNeed {
  resource: string;
  write: boolean;
}

/** A connector: declaration, sign-in, ping, resources, simulator. */
export interface Connector<Client = unknown> extends ConnectorDeclaration {
  /** Makes a client. Must not call the remote system: failures belong to the first request or to ping. @throws AppError connection.* */
  connect(context: ConnectContext): Client;
  /** Ends sessions that cost the customer a licence. Called on every path, also after failures. */
  disconnect?(client: Client): Promise<void>;
  /**
   * Signs in through the user's browser and keeps what it yields in the vault by `context.saveSecret`. `open` opens an address.
   * @throws AppError connection.*, remote.authFailed, run.cancelled
   */
  signIn?(context: ConnectContext, open: (url: string) => Promise<void>): Promise<void>;
  ping(client: Client, needs: readonly PingNeed[]): AsyncIterable<PingCheck>;
  /** Live choices for a credential field marked `dynamicChoices`. */
  choices?(client: Client, field: string): Promise<{ value: string; label: string }[]>;
  resources: readonly Resource<Client>[];
  /**
   * Resources that only the connection knows, such as the files of a folder; they come beside `resources`. `wanted` are the ids that are
   * asked for, so that nothing else need be looked at; more may be answered. Absent: all.
   */
  discover?(client: Client, wanted?: readonly string[]): Promise<readonly Resource<Client>[]>;
  /** Verifies and reads a webhook delivery. Undefined: not authentic. Constant-time on the secret. */
  readWebhook?(headers: Readonly<Record<string, string>>, body: string, secret: string): WebhookEvent[] | undefined;
  /** Sets webhooks up, where the system lets programs do it. */
  webhookAdmin?: WebhookAdministration<Client>;
  /**
   * Fetches a file that a record names. Credentials go to the system's own hosts only.
   * @throws AppError data.badValue for an address that is not the system's, data.tooLarge, remote.*, run.cancelled
   */
  fetchFile?(client: Client, reference: FileReference, signal: AbortSignal): Promise<RemoteFile>;
  /** Loads the simulator; undefined for connectors without a remote system (files). */
  simulator?: () => Promise<SimulatorModule>;
}

/** A started simulator. `fields` and `secrets` connect to it. */
export interface RunningSimulator {
  connector: string;
  address: string;
  fields: Record<string, string>;
  secrets: Record<string, string>;
  /** Documents it holds for a resource, as plain JSON, for comparison in tests and chaos. */
  documents(resource: string): Promise<Fields[]>;
  stop(): Promise<void>;
}

/** Options common to all simulators. */
export interface SimulatorOptions {
  port?: number;
  seed?: number;
  /** Instant the simulated clock starts at; default: real time. */
  now?: () => number;
  /** Fault rules by name or as text; see each connector's README. */
  faults?: readonly string[];
  latencyMs?: number;
  /** Data set: the practice company, an empty company, or a synthetic one of `records` documents. */
  data?:
    | { kind: 'practice' }
    | { kind: 'empty' }
    | { kind: 'synthetic'; records: number; linesPerRecord?: number; projects?: number };
  /** File that keeps what was written, so that a killed simulator comes back with its documents. */
  persistTo?: string;
}

/** What `connector.simulator()` loads. */
export interface SimulatorModule {
  start(options?: SimulatorOptions): Promise<RunningSimulator>;
}
