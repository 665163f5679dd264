/** The service: the contract implemented once, for every host. */
import type { Router } from '@orpc/server';
import { toAppError } from '../../model/error.ts';
import type { PracticeState } from '../contract.ts';
import { connectionService, connectorService, nodeService } from './connections.ts';
import { HostEvents, type ServiceContext, type ServiceHost } from './context.ts';
import { flowService } from './flows.ts';
import { hostService, searchService, settingsService } from './host.ts';
import { implementer } from './implementer.ts';
import { PracticeCompany } from './practice.ts';
import { recordService } from './records.ts';
import { LiveRuns, runService } from './runs.ts';
import { tableService } from './tables.ts';
import { templateService } from './templates.ts';
import { watermarkService } from './watermarks.ts';
import { wireErrors } from './wire.ts';

export type { ServiceHost } from './context.ts';
export type { FlowEngine, RunOrder, SampleOrder } from './engine.ts';
export { parseTemplate } from './templates.ts';

/** A service that runs; a transport hands `router` and `handlerOptions` to an RPC handler of its kind. */
export interface Service {
  // biome-ignore lint/suspicious/noExplicitAny: oRPC's handlers take the router at this type, whatever its contract.
  router: Router<any, Record<never, never>>;
  handlerOptions: { clientInterceptors: [ReturnType<typeof wireErrors>] };
  events: HostEvents;
  /**
   * Starts the practice company, then looks up what was in doubt when Costwire was cut off. Never rejects: failures are in the state
   * and in the log. A workspace that may only be read is left alone.
   */
  start(withPractice?: boolean): Promise<PracticeState>;
  /** Stops runs after the records in flight, then the practice company. Store and vault are the host's to close. */
  close(): Promise<void>;
}

/** Settles what an earlier Costwire left when it was cut off, and tells every window what it waits for and what came of it. */
async function settleEarlier(context: ServiceContext, live: LiveRuns, signal: AbortSignal): Promise<void> {
  const { engine, events } = context;
  try {
    const report = await engine.recover({
      signal,
      activeRuns: new Set(live.active().map(({ id }) => id)),
      onWait: (system, { detail, waitMs }) => events.tell({ type: 'recovering', system, detail, waitMs }),
    });
    const { interrupted, found, absent, held, open, refused } = report;
    if (interrupted.length + found + absent + held + open.length === 0) return;
    const refusals = refused.map(({ error }) => error.toJSON());
    const runs = interrupted.length;
    events.tell({ type: 'recovered', runs, found, absent, held, open: open.length, refusals });
  } catch (thrown) {
    if (signal.aborted) return;
    const error = toAppError(thrown, 'settling earlier runs');
    context.log(error, 'settling earlier runs');
    events.tell({ type: 'recovered', runs: 0, found: 0, absent: 0, held: 0, open: 0, refusals: [error.toJSON()] });
  }
}

/** Makes the service of a host. */
export function createService(host: ServiceHost): Service {
  const events = new HostEvents();
  const practice = new PracticeCompany(host, events);
  const context: ServiceContext = { ...host, events, practice: () => practice.state() };
  const live = new LiveRuns(context);
  const ending = new AbortController();
  let starting: Promise<unknown> = Promise.resolve();
  const os = implementer;
  const router = os.router({
    flow: flowService(os.flow, context),
    connector: connectorService(os.connector, context),
    node: nodeService(os.node, context),
    connection: connectionService(os.connection, context),
    table: tableService(os.table, context),
    run: runService(os.run, context, live),
    record: recordService(os.record, context),
    watermark: watermarkService(os.watermark, context, live),
    template: templateService(os.template, context),
    settings: settingsService(os.settings, context),
    host: hostService(os.host, context),
    search: searchService(os.search, context),
  });
  return {
    router,
    handlerOptions: { clientInterceptors: [wireErrors((error, path) => host.log(error, path))] },
    events,
    async start(withPractice = true) {
      if (host.workspace.readOnly || host.store.readOnly) return practice.state();
      const state = withPractice ? await practice.start() : practice.state();
      const recovering = settleEarlier(context, live, ending.signal);
      starting = recovering;
      await recovering;
      return state;
    },
    async close() {
      ending.abort();
      await starting;
      await live.stopAll();
      await practice.stop();
    },
  };
}
