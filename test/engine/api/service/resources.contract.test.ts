import { afterEach, expect, it } from 'vitest';
import type { Connector } from '../../../../engine/model/connector.ts';
import { connectClient } from '../../../support/client.ts';
import { ledgerConnector, testService } from '../../../support/service.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The resources that a connection of this connector offers. */
async function resourcesOf(connector: Connector) {
  const test = await testService({ connectors: [connector] });
  cleanups.push(test.close);
  const { client, close } = connectClient(test.service);
  cleanups.push(close);
  const { id } = await client.connection.save({
    name: 'Ours',
    connector: 'ledger',
    environment: 'sandbox',
    fields: { address: 'https://ledger.example' },
    secrets: { secret: 's' },
  });
  const [view] = await client.connector.list();
  return { discovers: view?.discovers, resources: await client.connection.resources({ id }) };
}

it('offers what only the connection knows, without its functions, and leaves the client', async () => {
  let left = 0;
  const { discovers, resources } = await resourcesOf({
    ...ledgerConnector,
    disconnect: async () => {
      left += 1;
    },
    discover: async () => [
      {
        id: 'sheet',
        title: 'Sheet',
        description: '',
        scope: 'company',
        fields: [],
        incremental: false,
        source: 'test',
        async *read() {},
      },
    ],
  });
  expect(discovers).toBe(true);
  expect(resources).toEqual([
    {
      id: 'sheet',
      title: 'Sheet',
      description: '',
      scope: 'company',
      fields: [],
      incremental: false,
      source: 'test',
      abilities: { read: true, get: false, create: false, update: false, release: false },
    },
  ]);
  expect(left).toBe(1);
});

it('offers nothing more where the connector knows all its resources', async () => {
  expect(await resourcesOf(ledgerConnector)).toEqual({ discovers: false, resources: [] });
});
