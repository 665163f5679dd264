/**
 * The suite every connector passes: named cases run against the connector and its simulator, and the harmless ones against a live
 * tenant when credentials are there. A case answers by returning; what is wrong it throws as a sentence.
 */
import type {
  ConnectContext,
  Connector,
  Exchange,
  ReadEvent,
  RemoteRecord,
  Resource,
  RunningSimulator,
  WaitNotice,
  WriteOptions,
} from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Scope } from '../../engine/model/record.ts';

/** What the suite must know of a connector beyond its declaration. Lives beside the connector's tests. */
export interface ConformanceProfile {
  /** The resource that reading cases use: several pages in the practice company. */
  read: {
    resource: string;
    /** Part of the address of its list, for faults. */
    path: string;
    /** Whether the list has pages that could repeat for ever. */
    paged: boolean;
    /** Part of an address that only one scope's calls have. */
    scopePath?: string;
  };
  /** The secret that is spoiled to be refused; undefined for systems without sign-in. */
  secret?: string;
  /** Whether sign-in gives tokens that expire. */
  tokens: boolean;
  /** Documents to write; undefined for systems that are only read. */
  write?: {
    resource: string;
    /** Part of the address and method of the creating call. */
    path: string;
    method: string;
    options?: WriteOptions;
    scope?: Scope;
    /** A document the target takes; `serial` makes its business key fresh. */
    value: (serial: number, simulator: RunningSimulator) => Fields | Promise<Fields>;
    /** The same with something the target refuses. */
    refused?: (serial: number, simulator: RunningSimulator) => Fields | Promise<Fields>;
    /** Name of the simulator's document list; default the resource. */
    documents?: string;
  };
}

/** A connector under test, connected to a fresh simulator or to a live tenant. */
export interface Subject {
  connector: Connector;
  profile: ConformanceProfile;
  context: ConnectContext;
  client: unknown;
  exchanges: Exchange[];
  waits: WaitNotice[];
  /** Undefined against a live tenant. */
  simulator?: RunningSimulator;
  /** Gives the simulator a fault. */
  fault(rule: string): Promise<void>;
  /** Connects again with other fields, secrets or patience; shares nothing with the first client. */
  reconnect(change: Partial<Pick<ConnectContext, 'fields' | 'secrets' | 'timeoutMs' | 'signal'>>): Subject;
}

/** A case of the suite. */
export interface ConformanceCase {
  name: string;
  /** May run against a live tenant: reads only, no faults. */
  live: boolean;
  /** Whether it makes sense for the connector; others are skipped. */
  applies(connector: Connector, profile: ConformanceProfile): boolean;
  run(subject: Subject): Promise<void>;
}

/** How a case ended. */
export interface CaseResult {
  name: string;
  outcome: 'pass' | 'fail' | 'skipped';
  /** What was wrong. */
  message?: string;
}

/** Fails the case where the condition does not hold. @throws AppError internal.defect */
export function check(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new AppError('internal.defect', sentence);
}

/** The AppError that a promise fails with; a success or any other failure fails the case. */
export async function failureOf(promise: Promise<unknown>, doing: string): Promise<AppError> {
  try {
    await promise;
  } catch (thrown) {
    check(thrown instanceof AppError, `${doing} failed with something that is no AppError: ${String(thrown)}`);
    return thrown;
  }
  throw new AppError('internal.defect', `${doing} succeeded, but should have failed.`);
}

/** A resource of the subject by id. */
export function resourceOf(subject: Subject, id: string): Resource<unknown> {
  const resource = subject.connector.resources.find((candidate) => candidate.id === id);
  check(resource !== undefined, `The connector has no resource ${id}.`);
  return resource;
}

/** Everything a read gave. */
export interface ReadOutcome {
  records: RemoteRecord[];
  scopeErrors: AppError[];
  recordErrors: AppError[];
  events: ReadEvent[];
}

/** Reads the profile's resource to its end. */
export async function readAll(
  subject: Subject,
  request: { since?: string; signal?: AbortSignal } = {},
): Promise<ReadOutcome> {
  const { read } = resourceOf(subject, subject.profile.read.resource);
  check(read !== undefined, 'The resource of the profile cannot be read.');
  const outcome: ReadOutcome = { records: [], scopeErrors: [], recordErrors: [], events: [] };
  const since = request.since === undefined ? {} : { since: request.since };
  for await (const event of read(subject.client, { ...since, signal: request.signal ?? subject.context.signal })) {
    outcome.events.push(event);
    if (event.kind === 'page') outcome.records.push(...event.records);
    if (event.kind === 'scope-failed') outcome.scopeErrors.push(event.error);
    if (event.kind === 'record-failed') outcome.recordErrors.push(event.error);
  }
  return outcome;
}

/** How many documents the simulator holds of what the profile writes. */
export async function documentCount(subject: Subject): Promise<number> {
  const { write } = subject.profile;
  check(write !== undefined && subject.simulator !== undefined, 'Only simulators count documents.');
  return (await subject.simulator.documents(write.documents ?? write.resource)).length;
}

let serial = 0;

/** Where and as whom to connect. */
export interface Credentials {
  fields: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
}

/** A clock whose waiting takes no time. The simulator runs on it too, so that both sides agree on what has expired. */
interface VirtualClock {
  now: () => number;
  advance: (ms: number) => void;
}

function virtualClock(): VirtualClock {
  let skewMs = 0;
  return {
    now: () => Date.now() + skewMs,
    advance: (ms) => {
      skewMs += ms;
    },
  };
}

/** Connects a connector for one case. Connection ids are fresh, so that cases share neither windows nor tokens. */
export function connectSubject(
  connector: Connector,
  profile: ConformanceProfile,
  credentials: Credentials,
  simulator?: { running: RunningSimulator; clock: VirtualClock },
): Subject {
  serial += 1;
  const exchanges: Exchange[] = [];
  const waits: WaitNotice[] = [];
  const clock = simulator?.clock;
  const context: ConnectContext = {
    connectionId: `conformance-${process.pid}-${serial}`,
    environment: simulator === undefined ? 'sandbox' : 'practice',
    fields: { ...defaultsOf(connector), ...credentials.fields },
    secrets: credentials.secrets,
    signal: new AbortController().signal,
    now: clock?.now ?? Date.now,
    sleep: (ms) => {
      if (clock === undefined) return new Promise((resolve) => setTimeout(resolve, ms));
      clock.advance(ms);
      // A turn of the event loop, so that waiting in a circle can still be stopped.
      return new Promise((resolve) => setImmediate(resolve));
    },
    random: () => 0.5,
    onExchange: (exchange) => exchanges.push(exchange),
    onWait: (notice) => waits.push(notice),
  };
  return subjectOf(connector, profile, context, exchanges, waits, simulator);
}

function subjectOf(
  connector: Connector,
  profile: ConformanceProfile,
  context: ConnectContext,
  exchanges: Exchange[],
  waits: WaitNotice[],
  simulator: { running: RunningSimulator; clock: VirtualClock } | undefined,
): Subject {
  return {
    connector,
    profile,
    context,
    exchanges,
    waits,
    // Connecting makes no call; what it refuses is part of some cases, so it happens when the client is first wanted.
    get client() {
      return clientOf(connector, context);
    },
    ...(simulator === undefined ? {} : { simulator: simulator.running }),
    fault: async (rule) => {
      const response = await fetch(`${simulator?.running.address}/__sandbox/faults`, {
        method: 'POST',
        body: JSON.stringify({ fault: rule }),
      });
      check(response.ok, `The simulator refuses the fault ${rule}: ${await response.text()}`);
    },
    reconnect: (change) => {
      serial += 1;
      const next = { ...context, ...change, connectionId: `${context.connectionId}-${serial}` };
      return subjectOf(connector, profile, next, exchanges, waits, simulator);
    },
  };
}

const clients = new WeakMap<ConnectContext, unknown>();

function clientOf(connector: Connector, context: ConnectContext): unknown {
  const known = clients.get(context);
  if (known !== undefined) return known;
  const made = connector.connect(context);
  clients.set(context, made);
  return made;
}

const defaultsOf = (connector: Connector): Record<string, string> =>
  Object.fromEntries(
    connector.credentials.flatMap((field) =>
      field.default === undefined || field.kind === 'secret' ? [] : [[field.name, field.default]],
    ),
  );

async function settle(test: ConformanceCase, subject: Subject): Promise<CaseResult> {
  try {
    await test.run(subject);
    return { name: test.name, outcome: 'pass' };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { name: test.name, outcome: 'fail', message };
  } finally {
    await subject.connector.disconnect?.(subject.client).catch(() => undefined);
  }
}

/** Runs a case against the connector's simulator, freshly started. */
export async function runCase(
  test: ConformanceCase,
  connector: Connector,
  profile: ConformanceProfile,
): Promise<CaseResult> {
  if (connector.simulator === undefined || !test.applies(connector, profile))
    return { name: test.name, outcome: 'skipped' };
  const clock = virtualClock();
  const { start } = await connector.simulator();
  const running = await start({ now: clock.now });
  try {
    return await settle(test, connectSubject(connector, profile, running, { running, clock }));
  } finally {
    await running.stop();
  }
}

/** Runs a case against a live tenant; skipped without credentials, and where the case needs faults or writes. */
export async function runLiveCase(
  test: ConformanceCase,
  connector: Connector,
  profile: ConformanceProfile,
  credentials: Credentials | undefined,
): Promise<CaseResult> {
  if (credentials === undefined || !test.live || !test.applies(connector, profile))
    return { name: test.name, outcome: 'skipped' };
  return await settle(test, connectSubject(connector, profile, credentials));
}

/**
 * Credentials of a live tenant from the environment: `COSTWIRE_PROCORE_COMPANY_ID` for the field `companyId` of `procore`.
 * @returns undefined unless every required field without default is set.
 */
export function liveCredentials(
  connector: Connector,
  environment: Readonly<Record<string, string | undefined>>,
): Credentials | undefined {
  const fields: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const field of connector.credentials) {
    const name = `COSTWIRE_${connector.id}_${field.name.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`
      .replaceAll('-', '_')
      .toUpperCase();
    const value = environment[name];
    if (value !== undefined && value !== '') (field.kind === 'secret' ? secrets : fields)[field.name] = value;
    else if (field.required && field.default === undefined && field.when === undefined) return undefined;
  }
  return { fields, secrets };
}
