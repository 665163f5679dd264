import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import type { RecordStatus } from '../../../engine/model/run.ts';
import { isSettled, WatermarkTracker } from '../../../engine/run/watermark.ts';

const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString();

function memory() {
  const reached = new Map<string, string>();
  return {
    reached,
    watermarks: {
      read: async () => Object.fromEntries(reached),
      advance: async (_flow: string, _node: string, scope: string, to: string) => {
        if (to > (reached.get(scope) ?? '')) reached.set(scope, to);
      },
    },
  };
}

const tracker = (watermarks: ReturnType<typeof memory>['watermarks'], overlapHours = 12) =>
  new WatermarkTracker({ watermarks, flowId: 'f', nodeId: 'read', overlapHours });

describe('watermarks', () => {
  it('move to the newest record once everything is settled, and the next read goes back by the overlap', async () => {
    const { reached, watermarks } = memory();
    const run = tracker(watermarks);
    expect(await run.since()).toEqual({});
    run.read('p1', 'a', day(3));
    run.read('p1', 'b', day(2));
    run.settled('a', { status: 'posted' });
    run.settled('b', { status: 'held' });
    run.scopeRead('p1');
    await run.advance();
    expect(Object.fromEntries(reached)).toEqual({ p1: day(3) });
    expect(await tracker(watermarks).since()).toEqual({ p1: '2026-01-02T12:00:00.000Z' });
  });

  it('stay where a scope was not read to its end', async () => {
    const { reached, watermarks } = memory();
    const run = tracker(watermarks);
    run.read('p1', 'a', day(3));
    run.settled('a', { status: 'posted' });
    await run.advance();
    expect(reached.size).toBe(0);
  });

  it('stop below what was not settled for good', async () => {
    const { reached, watermarks } = memory();
    const run = tracker(watermarks);
    run.read(undefined, 'a', day(5));
    run.read(undefined, 'b', day(3));
    run.read(undefined, 'c', 'no date');
    run.settled('a', { status: 'posted' });
    run.settled('b', { status: 'failed', error: new AppError('remote.unavailable', 'Down.').toJSON() });
    run.scopeRead(undefined);
    await run.advance();
    expect(reached.get('company')).toBe('2026-01-02T23:59:59.999Z');
  });

  it('never pass a record that has to be read again', async () => {
    const statuses = fc.constantFrom<RecordStatus>(
      'posted',
      'skipped',
      'held',
      'ignored',
      'inDoubt',
      'sending',
      'failed',
      'read',
    );
    const records = fc.array(fc.record({ at: fc.integer({ min: 1, max: 60 }), status: statuses, done: fc.boolean() }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(records, fc.boolean(), async (entries, complete) => {
        const { reached, watermarks } = memory();
        const run = tracker(watermarks, 0);
        for (const [index, entry] of entries.entries()) run.read('p', String(index), day(entry.at));
        for (const [index, entry] of entries.entries()) if (entry.done) run.settled(String(index), entry);
        if (complete) run.scopeRead('p');
        await run.advance();
        const open = entries.filter((entry) => !(entry.done && isSettled(entry)));
        for (const entry of open) expect(day(entry.at) > (reached.get('p') ?? '')).toBe(true);
        if (complete && open.length === 0 && entries.length > 0) {
          expect(reached.get('p')).toBe(day(Math.max(...entries.map((entry) => entry.at))));
        }
      }),
      { seed: 11 },
    );
  });
});
