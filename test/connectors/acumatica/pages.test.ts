import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagesOf } from '../../../connectors/acumatica/resources/pages.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Value } from '../../../engine/model/record.ts';

const rows = (count: number): Value[] => Array.from({ length: count }, (_, at) => ({ id: `r${at}` }));

/** Reads a list that `change` may alter before each request; answers ids in order, and how often it was asked. */
async function read(
  list: Value[],
  pageSize: number,
  change: (list: Value[], call: number) => Value[] = (same) => same,
) {
  let now = list;
  let calls = 0;
  const pages = pagesOf({
    fetch: (top, skip) => {
      calls += 1;
      now = change(now, calls);
      return Promise.resolve(now.slice(skip, skip + top));
    },
    pageSize,
    what: 'things',
    restarts: true,
  });
  const ids: string[] = [];
  for await (const page of pages) for (const row of page) ids.push(String((row as { id: string }).id));
  return { ids, calls };
}

describe('a list by pages', () => {
  it('comes whole and once, with one more record per page than is new', async () => {
    for (const count of [0, 1, 4, 5, 6, 10, 11]) {
      const { ids, calls } = await read(rows(count), 5);
      expect(ids).toEqual(rows(count).map((row) => (row as { id: string }).id));
      expect(calls).toBe(Math.floor(count / 5) + 1);
    }
  });

  it('is read anew where a record behind was deleted meanwhile, so that none falls between two pages', async () => {
    const { ids } = await read(rows(12), 5, (list, call) => (call === 2 ? list.slice(1) : list));
    expect(new Set(ids)).toEqual(new Set(rows(12).map((row) => (row as { id: string }).id)));
  });

  it('lets no record out that was there all the time, whatever is added and deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.record({ at: fc.nat(40), remove: fc.boolean() }), { maxLength: 4 }),
        async (count, pageSize, steps) => {
          const gone = new Set<Value>();
          const { ids } = await read(rows(count), pageSize, (list, call) => {
            const step = steps[call - 2];
            if (step === undefined) return list;
            const at = Math.min(step.at, list.length);
            if (!step.remove) return list.toSpliced(at, 0, { id: `new${call}` });
            const [removed] = list.slice(at, at + 1);
            if (removed !== undefined) gone.add(removed);
            return list.toSpliced(at, 1);
          });
          const stayed = rows(count).filter(
            (row) => ![...gone].some((one) => JSON.stringify(one) === JSON.stringify(row)),
          );
          for (const row of stayed) expect(ids).toContain((row as { id: string }).id);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('that moves before each page is refused instead of being read in part', async () => {
    const change = (list: Value[], call: number) => (call % 2 === 0 ? list.slice(1) : list);
    const error = await read(rows(200), 5, change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'remote.unavailable',
      message: 'The list of things changes in Acumatica while it is read, page after page.',
    });
  });

  it('whose pages all begin with the first record is told as such', async () => {
    const pages = pagesOf({
      fetch: (top) => Promise.resolve(rows(9).slice(0, top)),
      pageSize: 5,
      what: 'things',
      restarts: true,
    });
    const all = async () => {
      for await (const _page of pages);
    };
    await expect(all()).rejects.toMatchObject({
      message: 'Acumatica answers the same page of things again and again.',
    });
  });
});
