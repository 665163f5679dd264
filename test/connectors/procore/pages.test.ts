import { describe, expect, it } from 'vitest';
import type { ProcoreClient } from '../../../connectors/procore/client.ts';
import { listAll } from '../../../connectors/procore/pages.ts';
import type { Value } from '../../../engine/model/record.ts';

const rows = Array.from({ length: 120 }, (_, at): Value => ({ id: String(at) }));

/** A client of a list that gives fewer rows at a time than it is asked for, and says so with these headers only. */
const sparing = (most: number, headers: Readonly<Record<string, string>>): ProcoreClient => {
  const get = (_path: string, { query: { page = '1' } }: { query: { page?: string } }) => {
    const from = (Number(page) - 1) * most;
    return Promise.resolve({ status: 200, headers, value: rows.slice(from, from + most) });
  };
  return { http: { get, baseUrl: 'https://api.procore.com' } } as unknown as ProcoreClient;
};

describe('a list that gives fewer rows a page than it is asked for', () => {
  const listing = { path: '/rest/v1.0/things', operation: 'list things' };
  const { signal } = new AbortController();

  it('is read to its end where it says how many rows a page has, or how many there are', async () => {
    expect((await listAll(sparing(50, { 'per-page': '50' }), listing, signal)).size).toBe(120);
    expect((await listAll(sparing(50, { total: '120' }), listing, signal)).size).toBe(120);
  });

  it('ends where the rows do, though there be more that are hidden', async () => {
    expect((await listAll(sparing(50, { total: '150', 'per-page': '50' }), listing, signal)).size).toBe(120);
    expect((await listAll(sparing(50, { total: '150' }), listing, signal)).size).toBe(120);
  });
});
