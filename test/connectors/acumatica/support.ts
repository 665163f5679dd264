/** An Acumatica client beside a running simulator, for the tests of this folder. Whatever was started is stopped after each test. */
import { afterEach } from 'vitest';
import type { AcumaticaClient } from '../../../connectors/acumatica/client.ts';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import { simulator } from '../../../connectors/acumatica/simulator/index.ts';
import type { PingCheck } from '../../../engine/model/connection.ts';
import type {
  ConnectContext,
  PingNeed,
  ReadEvent,
  ReadRequest,
  Resource,
  SimulatorOptions,
  WriteOptions,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { testContext } from '../kit/context.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Starts a simulator. Clients made later are closed before it stops. */
export async function startServer(options: SimulatorOptions = {}) {
  const server = await simulator.start(options);
  stops.push(() => server.stop());
  return server;
}

/** A running simulator. */
export type Server = Awaited<ReturnType<typeof startServer>>;

/** Connects to a simulator, with fields and secrets changed as given. */
export function connectTo(
  server: Server,
  fields: Record<string, string> = {},
  secrets: Record<string, string> = {},
  more: Partial<ConnectContext> = {},
) {
  const kept = testContext({
    fields: { ...server.fields, ...fields },
    secrets: { ...server.secrets, ...secrets },
    ...more,
  });
  const client = acumatica.connect(kept.context);
  stops.push(() => client.close());
  return { client, ...kept };
}

/** A simulator with faults and a client of it. */
export async function practice(faults: readonly string[] = []) {
  const server = await startServer({ faults });
  return { server, ...connectTo(server) };
}

/** A resource of the connector. */
export const resource = (id: string): Resource<AcumaticaClient> => {
  const found = acumatica.resources.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no resource ${id}`);
  return found;
};

/** The write operations of a resource; those it lacks fail when they are called. */
export function writing(id: string, among: readonly Resource<AcumaticaClient>[] = acumatica.resources) {
  const { find, create, update, release, attach } = among.find((candidate) => candidate.id === id) ?? resource(id);
  if (find === undefined || create === undefined) throw new Error(`${id} cannot be written`);
  const lacking = (what: string) => () => Promise.reject(new Error(`${id} has no ${what}`));
  return {
    find: (client: AcumaticaClient, value: Fields) => find(client, value),
    create: (client: AcumaticaClient, value: Fields, options: WriteOptions = {}) => create(client, value, options),
    update: update ?? lacking('update'),
    release: release ?? lacking('release'),
    attach: attach ?? lacking('attach'),
  };
}

/** All events of reading a resource to its end. */
export async function eventsOf(
  client: AcumaticaClient,
  id: string | Resource<AcumaticaClient>,
  request: Partial<ReadRequest> = {},
): Promise<ReadEvent[]> {
  const { read } = typeof id === 'string' ? resource(id) : id;
  const events: ReadEvent[] = [];
  for await (const event of read?.(client, { signal: new AbortController().signal, ...request }) ?? [])
    events.push(event);
  return events;
}

/** The records among events. */
export const recordsIn = (events: readonly ReadEvent[]) =>
  events.flatMap((event) => (event.kind === 'page' ? event.records : []));

/** Reads the records of a resource. */
export const readAll = async (
  client: AcumaticaClient,
  id: string | Resource<AcumaticaClient>,
  request: Partial<ReadRequest> = {},
) => recordsIn(await eventsOf(client, id, request));

/** What the ping of a connection says at last, by check. */
export async function pinged(
  client: AcumaticaClient,
  needs: readonly PingNeed[] = [{ resource: 'bills', write: true }],
): Promise<Map<string, PingCheck>> {
  const checks = new Map<string, PingCheck>();
  for await (const check of acumatica.ping(client, needs)) checks.set(check.id, check);
  return checks;
}

/** The error that something fails with. */
export const errorOf = (work: Promise<unknown> | undefined): Promise<AppError> =>
  (work ?? Promise.resolve()).then(
    () => Promise.reject(new Error('it succeeded')),
    (thrown: unknown) => (thrown instanceof AppError ? thrown : Promise.reject(thrown)),
  );

/** A line that the practice company takes on a bill, for ten dollars. */
export const billLine = {
  Project: '2407',
  ProjectTask: '20',
  CostCode: '01010100',
  Account: '54200',
  ExtendedCost: '10.00',
};

/** A bill of ten dollars that the practice company takes. */
export const billOf = (reference: string, more: Fields = {}): Fields => ({
  Vendor: 'V000001',
  VendorRef: reference,
  Date: '2026-03-31',
  Details: [billLine],
  ...more,
});
