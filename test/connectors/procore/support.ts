/** A Procore client beside a running simulator, for the tests of this folder. Whatever was started is stopped after each test. */
import { afterEach } from 'vitest';
import { connect, type ProcoreClient } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { simulator } from '../../../connectors/procore/simulator/index.ts';
import type { PingCheck } from '../../../engine/model/connection.ts';
import type { PingNeed, ReadEvent, ReadRequest, SimulatorOptions } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { testContext } from '../kit/context.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Has something done when the test is over, the last asked first. */
export const atEnd = (stop: () => Promise<void>): void => {
  stops.push(stop);
};

/** The project of the practice company that tests look at. */
export const project = { kind: 'project', id: '562949955100014', label: 'Harbor Point Tower' } as const;

/** A simulator and a client on one virtual clock: waits take no time, but both clocks move. */
export async function practice(options: SimulatorOptions = {}) {
  let skew = 0;
  const now = () => Date.now() + skew;
  const running = await simulator.start({ now, ...options });
  atEnd(running.stop);
  const sleep = (ms: number) => {
    skew += ms;
    return Promise.resolve();
  };
  const { context, exchanges, waits } = testContext({ fields: running.fields, secrets: running.secrets, now, sleep });
  /** Paths of the API that the simulator was asked for, without their queries. */
  const asked = (): string[] =>
    running.services.log
      .list()
      .map(({ target }) => target.split('?', 1)[0] ?? '')
      .filter((path) => path.startsWith('/rest/'));
  return { running, context, exchanges, waits, asked, client: connect(context) };
}

/** A resource of the connector. */
export const resource = (id: string) => {
  const found = procore.resources.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no resource ${id}`);
  return found;
};

/** Reads a resource to the end, of all projects unless `scopes` says which. */
export async function read(client: ProcoreClient, id: string, request: Omit<ReadRequest, 'signal'> = {}) {
  const events: ReadEvent[] = [];
  const reading = resource(id).read?.(client, { ...request, signal: new AbortController().signal });
  if (reading === undefined) throw new Error(`${id} cannot be read`);
  for await (const event of reading) events.push(event);
  return {
    events,
    records: events.flatMap((event) => (event.kind === 'page' ? event.records : [])),
    failed: events.flatMap((event) => (event.kind === 'record-failed' ? [event] : [])),
    failedScopes: events.flatMap((event) => (event.kind === 'scope-failed' ? [event] : [])),
  };
}

/** Reads a resource of the one project. */
export const readProject = (client: ProcoreClient, id: string) => read(client, id, { scopes: [project.id] });

/** The write operations of a resource, in the scope of the project where it has one. */
export function writing(client: ProcoreClient, id: string) {
  const { scope: level, find, create, update, release } = resource(id);
  if (find === undefined || create === undefined) throw new Error(`${id} cannot be written`);
  const scope = level === 'project' ? project : undefined;
  return {
    find: (value: Fields) => find(client, value, scope),
    create: (value: Fields, options = {}) => create(client, value, options, scope),
    update: (recordId: string, value: Fields, options = {}) => {
      if (update === undefined) throw new Error(`${id} cannot be changed`);
      return update(client, recordId, value, options, scope);
    },
    release: (recordId: string) => {
      if (release === undefined) throw new Error(`${id} cannot be released`);
      return release(client, recordId, scope);
    },
  };
}

/** The error that something fails with. */
export const errorOf = (promise: Promise<unknown> | undefined): Promise<AppError> =>
  (promise ?? Promise.resolve()).then(
    () => Promise.reject(new Error('it succeeded')),
    (thrown: unknown) => (thrown instanceof AppError ? thrown : Promise.reject(thrown)),
  );

/** What the ping of a connection says, by check. */
export async function pinged(client: ProcoreClient, needs: readonly PingNeed[]): Promise<Record<string, PingCheck>> {
  const results: Record<string, PingCheck> = {};
  for await (const result of procore.ping(client, needs)) results[result.id] = result;
  return results;
}
