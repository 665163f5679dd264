import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { simulator } from '../../../connectors/procore/simulator/index.ts';
import type { ReadEvent, SimulatorOptions } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { testContext } from '../kit/context.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const projectId = '562949955100014';

async function practice(options: SimulatorOptions = {}) {
  let skew = 0;
  const now = () => Date.now() + skew;
  const running = await simulator.start({ now, ...options });
  stops.push(running.stop);
  const sleep = (ms: number) => {
    skew += ms;
    return Promise.resolve();
  };
  const { context } = testContext({ fields: running.fields, secrets: running.secrets, now, sleep });
  /** Paths that the simulator was asked for, without sign-in, ids as `:id`. */
  const asked = (): string[] =>
    running.services.log
      .list()
      .map(({ target }) => target.split('?', 1)[0] ?? '')
      .filter((path) => path.startsWith('/rest/'));
  return { running, client: connect(context), asked };
}

async function read(client: ReturnType<typeof connect>, id: string, request: { since?: string; scopes?: string[] }) {
  const events: ReadEvent[] = [];
  const resource = procore.resources.find((candidate) => candidate.id === id);
  const reading = resource?.read?.(client, { ...request, signal: new AbortController().signal });
  if (reading === undefined) throw new Error(`${id} cannot be read`);
  for await (const event of reading) events.push(event);
  return events;
}

const isSingleCost = (path: string): boolean => /\/direct_costs\/\d+$/.test(path);
const linesOf = (value: Fields): Fields[] => (value.line_items as Fields[]).map(({ holder: _holder, ...line }) => line);

const incremental = procore.resources.filter(({ incremental: is, read: reads }) => is && reads !== undefined);

describe('a read since the last one, with nothing new,', () => {
  it.each(incremental.map(({ id, scope }) => [id, scope] as const))(
    'of %s costs one listing per %s, no more',
    async (id, scope) => {
      const { client, asked } = await practice();
      const events = await read(client, id, { since: '2199-01-01T00:00:00Z' });
      expect(events.filter(({ kind }) => kind !== 'scope-done')).toEqual([]);
      const lists = asked();
      if (scope === 'company') return expect(lists).toHaveLength(1);
      expect(lists.filter((path) => path === '/rest/v1.1/projects')).toHaveLength(1);
      expect(lists).toHaveLength(1 + 15);
      expect(events).toHaveLength(15);
    },
  );

  it('covers every resource that Procore can list by its time of change', () => {
    expect(incremental.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'requisitions',
        'direct-costs',
        'work-order-contracts',
        'vendors',
        'change-order-packages',
      ]),
    );
  });
});

describe('lists that complete records', () => {
  it('are fetched only for the project that has something new', async () => {
    const { client, running, asked } = await practice();
    const moments = (await running.documents('requisitions')).map(({ updated_at: at }) => Date.parse(String(at)));
    const events = await read(client, 'requisitions', { since: new Date(Math.max(...moments)).toISOString() });
    const changed = events.flatMap((event) => (event.kind === 'page' ? (event.scope?.id ?? []) : []));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(15);
    expect(asked().filter((path) => path === '/rest/v1.0/cost_codes')).toHaveLength(2 * new Set(changed).size);
    expect(asked().filter((path) => path === '/rest/v1.0/line_item_types')).toHaveLength(1);
  });

  it('of direct costs come for many at once, and each cost is as if it had been read singly', async () => {
    const { client, asked } = await practice();
    const events = await read(client, 'direct-costs', { scopes: [projectId] });
    const records = events.flatMap((event) => (event.kind === 'page' ? event.records : []));
    expect(records.length).toBeGreaterThan(3);
    expect(asked().filter(isSingleCost)).toEqual([]);
    const costs = procore.resources.find(({ id }) => id === 'direct-costs');
    for (const { id, value, origin } of records) {
      const single = (await costs?.get?.(client, id, origin.scope))?.value ?? {};
      expect(linesOf(value)).toEqual(linesOf(single));
      expect(value.grand_total).toBe(single.grand_total);
    }
  });

  it('of direct costs leave none with fewer lines than Procore counts', async () => {
    const { client, running, asked } = await practice();
    const [cost] = [...running.state.tables['direct-costs'].values()].filter(
      (stored) => stored.projectId === projectId,
    );
    if (cost !== undefined) cost.row.line_items_count = 99;
    await read(client, 'direct-costs', { scopes: [projectId] });
    expect(asked().filter(isSingleCost)).toEqual([`/rest/v1.1/projects/${projectId}/direct_costs/${cost?.row.id}`]);
  });
});
