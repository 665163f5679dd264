import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchRows, rowsError, type SyncRow } from '../../../connectors/procore/sync.ts';
import type { Fields } from '../../../engine/model/record.ts';

const echo = (row: SyncRow, ...texts: string[]): Fields => ({ ...(row as Fields), errors: { amount: texts } });

describe('the answer of a bulk sync', () => {
  it('is told apart by key, whatever its order', () => {
    const rows = [{ origin_id: 'a' }, { id: '7', name: 'x' }, { origin_id: 'c' }];
    const answer = {
      entities: [
        { id: '9', origin_id: 'c' },
        { id: '8', origin_id: 'a' },
      ],
      errors: [echo({ id: '7', name: 'x' }, 'is bad')],
    };
    expect(matchRows(rows, answer)).toEqual([
      { entity: { id: '8', origin_id: 'a' } },
      { fields: { amount: 'is bad' } },
      { entity: { id: '9', origin_id: 'c' } },
    ]);
  });

  it('gives rows that repeat one answer each', () => {
    const twice = { description: 'Slab', amount: 'much' };
    const answer = {
      entities: [{ id: '1', description: 'Walls' }],
      errors: [echo(twice, 'first'), echo(twice, 'second')],
    };
    expect(matchRows([twice, { description: 'Walls', amount: '1' }, twice], answer)).toEqual([
      { fields: { amount: 'first' } },
      { entity: { id: '1', description: 'Walls' } },
      { fields: { amount: 'second' } },
    ]);
  });

  it('tells two rows of one key apart by what the refused one repeats', () => {
    const rows = [
      { origin_id: 'a', name: 'good' },
      { origin_id: 'a', name: '' },
    ];
    const answer = {
      entities: [{ id: '1', origin_id: 'a' }],
      errors: [{ origin_id: 'a', name: '', errors: { base: ['is taken'] } }],
    };
    expect(matchRows(rows, answer)).toEqual([
      { entity: { id: '1', origin_id: 'a' } },
      { fields: { base: 'is taken' } },
    ]);
  });

  it('that passes a row over says nothing of it, and lines are named by their place', () => {
    const rows = [{ origin_id: 'a' }, { origin_id: 'b' }, { origin_id: 'c' }];
    const outcomes = matchRows(rows, {
      entities: [{ id: '1', origin_id: 'c' }],
      errors: [echo({ origin_id: 'b' }, 'is bad')],
    });
    expect(outcomes[0]).toBeUndefined();
    expect(rowsError(outcomes, 'lines')).toMatchObject({ code: 'remote.outcomeUnknown' });
    expect(rowsError(outcomes.slice(1), 'lines')?.fields).toEqual({ 'line 1: amount': 'is bad' });
    expect(rowsError(outcomes.slice(2), 'lines')).toBeUndefined();
    const based = matchRows([{ name: 'x' }, { name: 'y' }], {
      entities: [{ id: '1' }],
      errors: [{ name: 'x', errors: { base: ['It is locked.'] } }],
    });
    expect(rowsError(based.slice(0, 1), 'lines')?.fields).toEqual({ base: 'It is locked.' });
    expect(rowsError(based, 'lines')).toMatchObject({
      fields: { 'line 1': 'It is locked.' },
      message: expect.stringContaining('It is locked.'),
    });
  });

  it('settles every row as Procore did, in any order of the answer, with keys or without, repeated or not', () => {
    const row = fc.record({
      origin_id: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { nil: undefined }),
      name: fc.constantFrom('x', 'y'),
      bad: fc.boolean(),
    });
    const distinctKeys = (rows: { origin_id: string | undefined }[]) => {
      const keys = rows.flatMap(({ origin_id: key }) => (key === undefined ? [] : [key]));
      return new Set(keys).size === keys.length;
    };
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 8 }).filter(distinctKeys),
        fc.infiniteStream(fc.nat()),
        (given, chance) => {
          const rows = given.map(
            ({ origin_id, name, bad }): SyncRow => ({
              ...(origin_id === undefined ? {} : { origin_id }),
              name,
              amount: bad ? 'much' : '1',
            }),
          );
          const isBad = (sent: SyncRow): boolean => sent.amount === 'much';
          const shuffled = <T>(list: T[]): T[] =>
            list
              .map((item) => [chance.next().value ?? 0, item] as const)
              .sort((x, y) => x[0] - y[0])
              .map(([, item]) => item);
          // Made rows without a key come in the order sent; nothing else could tell them apart.
          const made = rows
            .filter((sent) => !isBad(sent))
            .map((sent, index) => ({ id: String(index), ...(sent as Fields) }));
          const answer = { entities: made, errors: shuffled(rows.filter(isBad).map((sent) => echo(sent, 'is bad'))) };
          const outcomes = matchRows(rows, answer);
          for (const [index, sent] of rows.entries()) {
            const outcome = outcomes[index];
            expect(outcome !== undefined && 'fields' in outcome).toBe(isBad(sent));
            if (outcome !== undefined && 'entity' in outcome) expect(outcome.entity).toMatchObject(sent as Fields);
          }
        },
      ),
    );
  });
});
