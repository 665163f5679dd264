import { describe, expect, it } from 'vitest';
import type { RecordOutcome, RecordStatus } from '../../../engine/model/run.ts';
import { ScopeProgress } from '../../../engine/run/execute-read.ts';

const scope = { kind: 'project' as const, id: 'p1', label: 'P1' };
function outcome(status: RecordStatus, updatedAt: string | undefined): RecordOutcome {
  const origin = { system: 's', resource: 'r', id: String(updatedAt), scope };
  return {
    runId: 'r',
    key: String(updatedAt),
    nodeId: 'read',
    status,
    origin: updatedAt === undefined ? origin : { ...origin, updatedAt },
  };
}
function movedBy(...settled: [RecordStatus, string | undefined][]): { scope: string; to: string }[] {
  const progress = new ScopeProgress();
  for (const [status, at] of settled) progress.settled(outcome(status, at));
  return progress.watermarks();
}
const [first, second, third] = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'];

describe('watermarks', () => {
  it('move to the newest record where all are final, in whatever order they end', () => {
    expect(movedBy(['skipped', third], ['posted', first], ['ignored', second])).toEqual([{ scope: 'p1', to: third }]);
  });

  it.each(['held', 'failed', 'inDoubt', 'read', 'awaitingApproval'] as const)(
    'stay before the oldest record that is %s, so that the next run reads it again',
    (status) => {
      const [moved] = movedBy(['posted', first], [status, second], ['posted', third]);
      expect(moved && moved.to < second && moved.to >= first).toBe(true);
    },
  );

  it('stay before a posted record that lacks a file still', () => {
    const progress = new ScopeProgress();
    progress.settled({ ...outcome('posted', second), unfinished: true });
    for (const at of [first, third]) progress.settled(outcome('posted', at));
    const [moved] = progress.watermarks();
    expect(moved && moved.to < second && moved.to >= first).toBe(true);
  });

  it('do not move where a scope broke, or where a record has no time of change', () => {
    const progress = new ScopeProgress();
    progress.settled(outcome('posted', first));
    progress.broke('p1');
    expect(progress.watermarks()).toEqual([]);
    expect(movedBy(['posted', first], ['posted', undefined])).toEqual([]);
    expect(movedBy()).toEqual([]);
  });
});
