/** A connection to the practice company's Procore, and delivery to it through the engine's ledger, for tests. */

import { listed } from '../../../connectors/kit/define.ts';
import { connect, type ProcoreClient } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { simulator } from '../../../connectors/procore/simulator/index.ts';
import type { Resource, SimulatorOptions } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import type { RecordOutcome } from '../../../engine/model/run.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import type { DeliveryTarget, WriteIntent } from '../../../engine/run/ports.ts';
import { sampleIdentity } from '../../support/fake-target.ts';
import { temporaryStore } from '../../support/store.ts';
import { testContext } from '../kit/context.ts';

/** The first project of the practice company. */
export const project = { kind: 'project', id: '562949955100014', label: 'Harbor Point Tower' } as const;

/** Starts the simulator; `stops` collects how to end it. */
export async function practice(stops: (() => Promise<void>)[], options: SimulatorOptions = {}) {
  const running = await simulator.start(options);
  stops.push(running.stop);
  const { context } = testContext({ fields: running.fields, secrets: running.secrets });
  return { running, client: connect(context) };
}

/** A resource by id. @throws Error where there is none */
export function resourceOf(id: string): Resource<ProcoreClient> {
  const found = procore.resources.find((resource) => resource.id === id);
  if (found === undefined) throw new Error(`no resource ${id}`);
  return found;
}

/** The write operations of a resource, in the scope of one project where it has one. @throws Error where it has none */
export function writing(client: ProcoreClient, id: string) {
  const resource = resourceOf(id);
  const { find, create, update, release } = resource;
  if (find === undefined || create === undefined) throw new Error(`${id} cannot be written`);
  const scope = resource.scope === 'project' ? project : undefined;
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

/** Delivers values to a resource through a ledger of its own; values are one record each, run by run. */
export async function delivering(client: ProcoreClient, id: string, more: Partial<DeliveryTarget> = {}) {
  const store = await temporaryStore();
  let now = Date.UTC(2026, 5, 1);
  const deliverer = createDeliverer(store, {
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      now += ms;
    },
  });
  const connector = listed(procore);
  const resource = connector.resources.find((candidate) => candidate.id === id);
  if (resource === undefined) throw new Error(`no resource ${id}`);
  const target: DeliveryTarget = {
    connector,
    resource,
    client,
    connectionId: 'procore-1',
    connectionName: 'Practice Procore',
    mode: 'create',
    release: false,
    options: {},
    ...more,
  };
  const never = new AbortController().signal;
  /** Posts records at once and answers their outcomes in the order given. */
  const post = (runId: string, records: readonly { key: string; value: Fields }[]): Promise<RecordOutcome[]> => {
    const identity = sampleIdentity(runId);
    return Promise.all(
      records.map(async ({ key, value }) => {
        const origin = { system: 'erp', resource: 'bills', id: key, label: key };
        const intent: WriteIntent = {
          record: { key, value, origin },
          nodeId: 'post',
          value,
          source: {},
          mappingRows: [],
        };
        if (resource.scope === 'project') intent.scope = project;
        return deliverer.apply(identity, target, await deliverer.plan(identity, target, intent, never), never);
      }),
    );
  };
  return { store, post };
}
