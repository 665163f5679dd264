import { describe, expect, it } from 'vitest';
import { practice, project, read, readProject, writing } from './support.ts';

const payment = (check: string) => ({
  project_id: project.id,
  contract_id: '562949980000041',
  amount: '1.00',
  date: '2026-06-25',
  check_number: check,
});

describe('429', () => {
  it.each([
    ['spike-limit', 'with seconds in Retry-After'],
    ['spike-limit-silent', 'without Retry-After, by the reset header'],
    ['spike-limit-dated', 'with a date in Retry-After'],
  ])('of the ten-second window, whose words speak of the hour (%s), is waited for briefly %s', async (fault) => {
    const { client, waits, running } = await practice({ faults: [fault] });
    const { records, failedScopes } = await readProject(client, 'requisitions');
    expect(failedScopes).toEqual([]);
    expect(records.length).toBeGreaterThan(10);
    const waited = waits.reduce((sum, { waitMs }) => sum + waitMs, 0);
    expect(waited).toBeGreaterThan(0);
    // The words “for an hour” are not believed: nobody waits longer than the window that was exhausted.
    expect(waited).toBeLessThan(60_000);
    expect(running.services.faults.list()[0]?.applied).toBe(1);
  });

  it.each(['spike-limit', 'spike-limit-silent'])(
    'of a write is waited for, and the write done once: %s',
    async (fault) => {
      const { client, running } = await practice({ faults: [`${fault};method=POST;path=/contract_payments`] });
      await writing(client, 'contract-payments').create(payment('88001'));
      const made = (await running.documents('contract-payments')).filter(
        ({ check_number: check }) => check === '88001',
      );
      expect(made).toHaveLength(1);
    },
  );
});

describe('the hourly window', () => {
  it('is waited out without a single refused call, however little it holds', async () => {
    const { client, running, waits } = await practice({ faults: ['tight-limits'] });
    for (let round = 0; round < 4; round += 1) await read(client, 'requisitions', { since: '2199-01-01T00:00:00Z' });
    expect(running.services.log.list({ path: '/rest/' }).length).toBeGreaterThan(60);
    expect(waits.reduce((sum, { waitMs }) => sum + waitMs, 0)).toBeGreaterThan(1_800_000);
    expect(running.state.refusedCalls).toBeLessThanOrEqual(4);
  });
});

describe('heavy load', () => {
  it('answered by 503 with Retry-After is waited for as long as it says', async () => {
    const { client, waits } = await practice({ faults: ['heavy-load;path=/requisitions'] });
    const { records } = await readProject(client, 'requisitions');
    expect(records.length).toBeGreaterThan(10);
    expect(waits.filter(({ waitMs }) => waitMs >= 2_000)).toHaveLength(2);
  });

  it('answered by 408 for a long list is asked again', async () => {
    const { client } = await practice({ faults: ['status=408;times=2;path=/requisitions'] });
    const { records, failedScopes } = await readProject(client, 'requisitions');
    expect([records.length > 10, failedScopes]).toEqual([true, []]);
  });
});

describe('the clock of Procore', () => {
  it('may be wrong: a reset in the past makes nobody wait for ever, or hammer', async () => {
    const { client, running, waits } = await practice({ faults: ['skewed-clock', 'documented-limits'] });
    const { failedScopes } = await read(client, 'requisitions');
    expect(failedScopes).toEqual([]);
    expect(running.state.refusedCalls).toBeLessThan(10);
    for (const { waitMs } of waits) expect(waitMs).toBeLessThan(120_000);
  });
});

describe('a page that fails in the middle of a walk', () => {
  it.each(['cut=during', 'truncate-json', 'html', 'status=502;body=html', 'status=200;body=empty'])(
    'by %s is asked again by itself, not the walk from its beginning',
    async (fault) => {
      const { client, running } = await practice({
        faults: ['small-pages', `${fault};nth=2;times=1;path=/requisitions`],
      });
      const { records, failedScopes } = await readProject(client, 'requisitions');
      expect(failedScopes).toEqual([]);
      const pages = running.services.log
        .list({ path: '/rest/v1.1/requisitions' })
        .map(({ target }) => /[?&]page=(\d+)/.exec(target)?.[1]);
      expect(pages).toEqual([
        '1',
        '2',
        ...Array.from({ length: Math.ceil(records.length / 10) - 1 }, (_, i) => `${i + 2}`),
      ]);
    },
  );
});
