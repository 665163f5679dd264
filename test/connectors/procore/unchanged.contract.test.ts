/** What a read of changes asks for again of records that have not changed since the flow was done with them. */
import { describe, expect, it } from 'vitest';
import type { Fields, Origin } from '../../../engine/model/record.ts';
import { practice, project, read, readProject } from './support.ts';

const single = /\/direct_costs\/\d+$/;

/** Reads all direct costs of the project, then again with what `remember` makes of them. */
async function again(remember: (id: string, value: Fields) => Fields | undefined) {
  const { client, asked } = await practice();
  const { records } = await readProject(client, 'direct-costs');
  const calls = () => asked().filter((path) => single.test(path)).length;
  const before = calls();
  const known = new Map(records.flatMap(({ id, value }) => [[id, remember(id, value)] as const]));
  const offered: Origin[] = [];
  const unchanged = (origins: readonly Origin[]) => {
    offered.push(...origins);
    const found = origins.flatMap(({ id }): [string, Fields][] => {
      const value = known.get(id);
      return value === undefined ? [] : [[id, value]];
    });
    return Promise.resolve(new Map(found));
  };
  const second = await read(client, 'direct-costs', { scopes: [project.id], unchanged });
  return { first: records, second, offered, before, later: calls() - before };
}

describe('direct costs that have not changed since', () => {
  it('are listed and not read one by one, and come whole and in their order', async () => {
    const { first, second, before, later, offered } = await again((_id, value) => value);
    expect(before).toBe(first.length);
    expect(before).toBeGreaterThan(1);
    expect(later).toBe(0);
    expect(second.records).toEqual(first);
    expect(offered.every(({ updatedAt }) => updatedAt !== undefined)).toBe(true);
  });

  it('are read again where nothing is known of them, in their place', async () => {
    const { first, second, later } = await again((id, value) => (Number(id.at(-1)) % 2 === 0 ? undefined : value));
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThan(first.length);
    expect(second.records).toEqual(first);
  });

  it('are read again where the list shows something else of them', async () => {
    const { first, second, later } = await again((_id, value) => ({ ...value, status: 'draft', terms: 'other' }));
    expect(later).toBe(first.length);
    expect(second.records).toEqual(first);
  });
});
