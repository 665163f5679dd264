import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { GroupCommit } from '../../../engine/store/group-commit.ts';
import { openStore } from '../../../engine/store/index.ts';
import { temporaryFolder } from '../../support/store.ts';

/** A database whose commits take `commitMs`; tells what each of them wrote. */
function slowDisk(commitMs: number) {
  const committed: string[][] = [];
  let now = 0;
  let open: string[] = [];
  const database = {
    transaction<Result>(work: () => Result): Result {
      open = [];
      const result = work();
      now += commitMs;
      committed.push(open);
      return result;
    },
  };
  const commits = new GroupCommit(database, () => now);
  const write = async (name: string, isPatient = false): Promise<void> => {
    await commits.run(() => open.push(name), isPatient);
    expect(committed.flat()).toContain(name);
  };
  return { committed, commits, write };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('group commits', () => {
  it('share a transaction among what is asked for in one turn', async () => {
    const { committed, write } = slowDisk(0);
    await Promise.all([write('a'), write('b', true), write('c')]);
    expect(committed).toEqual([['a', 'b', 'c']]);
  });

  it('let a patient write wait for an urgent one where the disk is slow, in the order of asking', async () => {
    const { committed, write } = slowDisk(2);
    await write('first');
    const patient = write('posted', true);
    await nextTurn();
    expect(committed).toEqual([['first']]);
    await Promise.all([patient, write('intent')]);
    expect(committed).toEqual([['first'], ['posted', 'intent']]);
  });

  it('write a patient one that nobody follows all the same', async () => {
    const { committed, write } = slowDisk(2);
    await write('first');
    const both = Promise.all([write('posted', true), write('attached', true)]);
    await nextTurn();
    expect(committed).toEqual([['first']]);
    vi.advanceTimersByTime(20);
    await both;
    expect(committed).toEqual([['first'], ['posted', 'attached']]);
  });

  it('wait for nothing where the disk is fast, whatever a single commit took', async () => {
    const { committed, write } = slowDisk(0);
    await write('first');
    const patient = write('posted', true);
    await nextTurn();
    await patient;
    expect(committed).toEqual([['first'], ['posted']]);
  });

  it('refuse one write alone where another run moved its row, and all where the store fails', async () => {
    const { committed, commits, write } = slowDisk(2);
    const moved = commits.run(() => {
      throw new AppError('delivery.moved', 'Moved.');
    });
    await Promise.all([expect(moved).rejects.toThrow('Moved.'), write('a')]);
    expect(committed).toEqual([['a']]);
    const full = commits.run(() => {
      throw new AppError('store.full', 'Full.');
    }, true);
    const other = commits.run(() => 0);
    await Promise.all([expect(full).rejects.toThrow('Full.'), expect(other).rejects.toThrow('Full.')]);
  });

  it('leave nothing behind that a store was asked to write before it was closed', async () => {
    vi.useRealTimers();
    const folder = temporaryFolder();
    const key = { connectionId: 'erp', resource: 'bills', businessKey: 'K1' };
    const row = { ...key, source: 's', name: 'a.pdf', state: 'attached', attempts: 1, runId: 'r1' } as const;
    const store = await openStore(folder);
    const asked = store.attachments.step(row);
    await store.close();
    await asked;
    const again = await openStore(folder);
    expect((await again.attachments.of(key)).map(({ state }) => state)).toEqual(['attached']);
    await again.close();
  });
});
