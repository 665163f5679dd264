/** Delivery to a resource of Procore through the engine's ledger, for tests. */

import { listed } from '../../../connectors/kit/define.ts';
import type { ProcoreClient } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import type { Fields } from '../../../engine/model/record.ts';
import type { RecordOutcome } from '../../../engine/model/run.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import type { DeliveryTarget, WriteIntent } from '../../../engine/run/ports.ts';
import { sampleIdentity } from '../../support/fake-target.ts';
import { temporaryStore } from '../../support/store.ts';
import { project } from './support.ts';

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
