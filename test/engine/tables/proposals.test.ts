import { describe, expect, it } from 'vitest';
import { type MappingRow, type ProposedRow, tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import { decide, mergeProposals, openProposals, verdictOf } from '../../../engine/tables/proposals.ts';

const schema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'links',
  name: 'Links',
  keys: [{ name: 'source' }],
  targets: [{ name: 'vendor', required: true }, { name: 'accepted', type: 'boolean' }, { name: 'accepted_by' }],
});
const row = (key: string, vendor: string, accepted = '', by = ''): MappingRow => ({
  id: key,
  keys: [key],
  targets: [vendor, accepted, by],
});
const proposal = (key: string, vendor: string): ProposedRow => ({
  table: 'links',
  keys: { source: key },
  targets: { vendor },
});

describe('merging proposals', () => {
  it('adds what is new and leaves alone what a person has seen or accepted', () => {
    const before = [row('1', 'V1'), row('2', 'V2', 'true', 'ann'), row('3', 'V3', 'false', 'ann')];
    const merged = mergeProposals(schema, before, [
      proposal('1', 'V1'),
      proposal('1', 'V9'),
      proposal('2', 'V9'),
      proposal('3', 'V3'),
      proposal('4', 'V4'),
    ]);
    expect(merged).toEqual({ rows: [...before, row('4', 'V4')], added: 1, known: 2, contradicting: 2 });
  });

  it('proposes another partner for one that was rejected', () => {
    const { rows, added } = mergeProposals(schema, [row('3', 'V3', 'false', 'ann')], [proposal('3', 'V5')]);
    expect({ rows, added }).toEqual({ rows: [row('3', 'V5')], added: 1 });
  });
});

describe('merging proposals into rows that share something', () => {
  it('keeps every row of a code that has several, one for each time', () => {
    const periods = [
      { ...row('1', 'V1', 'true', 'ann'), id: 'old', validTo: '2024-12-31' },
      { ...row('1', 'V2', 'true', 'ann'), id: 'new', validFrom: '2025-01-01' },
    ];
    const merged = mergeProposals(schema, periods, [proposal('4', 'V4'), proposal('1', 'V1')]);
    expect(merged).toEqual({ rows: [...periods, row('4', 'V4')], added: 1, known: 1, contradicting: 0 });
  });

  it('gives each proposal an id of its own, so that a decision on one is none on another', () => {
    const pairs = tableSchemaSchema.parse({ ...schema, keys: [{ name: 'source' }, { name: 'code' }] });
    const of = (source: string, code: string): ProposedRow => ({
      table: 'links',
      keys: { source, code },
      targets: { vendor: `V ${source}` },
    });
    const taken: MappingRow = { id: 'x|y', keys: ['typed', 'in'], targets: ['V', 'true', 'ann'] };
    const { rows } = mergeProposals(pairs, [taken], [of('a|b', 'c'), of('a', 'b|c'), of('x', 'y')]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
    const { decided } = decide(pairs, rows, [], { ids: [rows[1]?.id ?? ''], verdict: 'accepted', by: 'bob' });
    expect(decided.map(({ keys }) => keys)).toEqual([['a|b', 'c']]);
    // Proposed again, they are known.
    expect(mergeProposals(pairs, rows, [of('a', 'b|c')]).known).toBe(1);
  });
});

describe('deciding', () => {
  const draft = [row('1', 'V1'), row('2', 'V2'), row('5', 'V6', 'true', 'ann')];
  const published = [row('5', 'V5', 'true', 'ann')];

  it('publishes the rows decided on beside what is published; all else stays a draft', () => {
    const done = decide(schema, draft, published, { ids: ['2'], verdict: 'accepted', by: 'bob' });
    const accepted = row('2', 'V2', 'true', 'bob');
    expect(done).toEqual({
      published: [...published, accepted],
      draft: [row('1', 'V1'), accepted, row('5', 'V6', 'true', 'ann')],
      decided: [accepted],
    });
    expect(openProposals(schema, done.draft).map(({ id }) => id)).toEqual(['1']);
  });

  it('takes every open row where all are meant, and can take a verdict back', () => {
    const all = decide(schema, draft, published, { ids: 'all', verdict: 'rejected', by: 'bob' });
    expect(all.decided.map((each) => [each.id, verdictOf(schema, each)])).toEqual([
      ['1', 'rejected'],
      ['2', 'rejected'],
    ]);
    const back = decide(schema, all.draft, all.published, { ids: ['1'], verdict: 'accepted', by: 'eve' });
    expect(back.published.find(({ id }) => id === '1')).toEqual(row('1', 'V1', 'true', 'eve'));
  });

  it('refuses rows that are not there, and tables without decisions', () => {
    expect(() => decide(schema, draft, [], { ids: ['7'], verdict: 'accepted', by: 'bob' })).toThrow('no row “7”');
    const plain = { ...schema, targets: schema.targets.slice(0, 1) };
    expect(() => decide(plain, [], [], { ids: 'all', verdict: 'accepted', by: 'bob' })).toThrow('need no acceptance');
    expect(openProposals(plain, draft)).toEqual([]);
  });
});
