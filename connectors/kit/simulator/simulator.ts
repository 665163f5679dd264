/** Builds a connector's simulator from its routes and state: everything else is the kit's. */
import type { RunningSimulator, SimulatorModule, SimulatorOptions } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { createClock, seededRandom } from './clock.ts';
import { createFaultBook } from './faults.ts';
import { type JournalEntry, openJournal } from './journal.ts';
import { createLog } from './log.ts';
import type { SimulatorAnswer, SimulatorRequest, SimulatorRoute, SimulatorServices } from './route.ts';
import { type ListeningServer, startServer } from './server.ts';
import { createTokens } from './tokens.ts';

/** What a simulator's state is made of at its start. */
export interface SimulatorSetup {
  data: NonNullable<SimulatorOptions['data']>;
  seed: number;
  services: SimulatorServices;
}

/** A simulator as a connector declares it. */
export interface SimulatorDefinition<State> {
  connector: string;
  createState(setup: SimulatorSetup): State | Promise<State>;
  routes: readonly SimulatorRoute<State>[];
  /** Applies a committed change, now or when it is read back from the journal. Must depend on nothing but state and entry. */
  apply?(state: State, entry: JournalEntry, services: SimulatorServices): unknown;
  /** Runs before every route, also where none fits: sign-in, throttling. An answer ends the request. */
  before?(
    request: SimulatorRequest<State>,
    route: SimulatorRoute<State> | undefined,
  ): SimulatorAnswer | undefined | Promise<SimulatorAnswer | undefined>;
  /** Runs on every answer, for headers such as the calls left. */
  after?(request: SimulatorRequest<State>, answer: SimulatorAnswer): SimulatorAnswer;
  /** The system's own way to say that a path is unknown. */
  notFound?(request: SimulatorRequest<State>): SimulatorAnswer;
  /** Faults by name, as rule text: `{ 'session-limit': 'status=429;path=/entity' }`. */
  faults?: Readonly<Record<string, string>>;
  /** Words that routes look for in `request.marks`. */
  marks?: readonly string[];
  /** Largest body in bytes; default 32 MB. */
  largestBody?: number;
  /** Connection fields and secrets that reach it. */
  connection(state: State, services: SimulatorServices): Pick<RunningSimulator, 'fields' | 'secrets'>;
  /** Documents it holds, as plain JSON. */
  documents(state: State, resource: string): Fields[];
  /** Further calls of the control panel, such as `POST mutate`: what a person does to the system, or what it has to say of its caller. */
  controls?: Readonly<Record<string, (state: State, services: SimulatorServices, body: unknown) => SimulatorAnswer>>;
  /** Ends what the state started, such as timers of a webhook sender. */
  stop?(state: State): void | Promise<void>;
}

/** A running simulator with its insides, for tests. */
export interface SimulatorHandle<State> extends RunningSimulator {
  state: State;
  services: SimulatorServices;
  /** Resolves once it has stopped, also when the control panel asked for it. */
  stopped: Promise<void>;
}

/** The module that `connector.simulator()` loads, with the state's type. */
export interface TypedSimulatorModule<State> extends SimulatorModule {
  start(options?: SimulatorOptions): Promise<SimulatorHandle<State>>;
}

/** Services around a state that is made later; `commit` must not be called before. */
function createServices<State>(
  definition: SimulatorDefinition<State>,
  options: SimulatorOptions,
  seed: number,
  commit: SimulatorServices['commit'],
  address: () => string,
): SimulatorServices {
  const clock = createClock(options.now);
  const random = seededRandom(seed);
  return {
    clock,
    random,
    tokens: createTokens(clock),
    log: createLog(),
    faults: createFaultBook(random, definition.faults, definition.marks),
    commit,
    get address() {
      return address();
    },
  };
}

async function start<State>(
  definition: SimulatorDefinition<State>,
  options: SimulatorOptions,
): Promise<SimulatorHandle<State>> {
  const seed = options.seed ?? 2407;
  const commit = (entry: JournalEntry): unknown => {
    journal.append(entry);
    return definition.apply?.(state, entry, services);
  };
  let server: ListeningServer | undefined;
  const services = createServices(definition, options, seed, commit, () => server?.address ?? '');
  for (const fault of options.faults ?? []) services.faults.add(fault);
  const state = await definition.createState({ data: options.data ?? { kind: 'practice' }, seed, services });
  const journal = openJournal(options.persistTo);
  for (const entry of journal.past) definition.apply?.(state, entry, services);

  const { promise: stopped, resolve: markStopped } = Promise.withResolvers<void>();
  const stop = async (): Promise<void> => {
    await server?.stop();
    await definition.stop?.(state);
    journal.close();
    markStopped();
  };
  const onStopAsked = () => setImmediate(() => void stop());
  const latencyMs = options.latencyMs ?? 0;
  server = await startServer({ definition, state, services, latencyMs, port: options.port ?? 0, onStopAsked });
  const { fields, secrets } = definition.connection(state, services);
  services.log.hide(Object.values(secrets));
  return {
    connector: definition.connector,
    address: server.address,
    fields,
    secrets,
    state,
    services,
    stopped,
    documents: (resource) => Promise.resolve(definition.documents(state, resource)),
    stop,
  };
}

/**
 * Declares a simulator.
 * @example export const simulator = defineSimulator<State>({ connector: 'acme', routes: [route('GET', '/bills', …)], … });
 */
export const defineSimulator = <State>(definition: SimulatorDefinition<State>): TypedSimulatorModule<State> => ({
  start: (options = {}) => start(definition, options),
});
