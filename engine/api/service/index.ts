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

/** Makes the service of a host. */
export function createService(host: ServiceHost): Service {
  const events = new HostEvents();
  const practice = new PracticeCompany(host, events);
  const context: ServiceContext = { ...host, events, practice: () => practice.state() };
  const live = new LiveRuns(context);
  const ending = new AbortController();
  const os = implementer;
  const router = os.router({
    flow: flowService(os.flow, context),
    connector: connectorService(os.connector, context),
    node: nodeService(os.node, context),
    connection: connectionService(os.connection, context),
    table: tableService(os.table, context),
    run: runService(os.run, context, live),
    record: recordService(os.record, context),
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
      try {
        await host.engine.recover(ending.signal);
      } catch (thrown) {
        if (!ending.signal.aborted) host.log(toAppError(thrown, 'recovering interrupted runs'), 'recovery');
      }
      return state;
    },
    async close() {
      ending.abort();
      await live.stopAll();
      await practice.stop();
    },
  };
}
