import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../engine/model/record.ts';
import type { LineIdentity } from '../../../engine/model/updates.ts';
import { pairLines, ruleFor, sameValue } from '../../../engine/model/updates.ts';

const identity: LineIdentity = { list: 'Details', number: 'LineNbr', match: ['CostCode'], closedBy: ['Completed'] };
const placesOf = (sent: Fields[], held: Fields[]) =>
  pairLines(sent, held, identity).map((pair) => [pair.sent?.index, pair.held?.index]);

describe('lines of two versions of a document', () => {
  it('are paired by number, then by what they share, then in order', () => {
    const held = [
      { LineNbr: '1', CostCode: '01' },
      { LineNbr: '2', CostCode: '02' },
      { LineNbr: '3', CostCode: '03' },
    ];
    expect(placesOf([{ LineNbr: '3', CostCode: '01' }], held)).toEqual([
      [0, 2],
      [undefined, 0],
      [undefined, 1],
    ]);
    expect(placesOf([{ CostCode: '02' }, { CostCode: '09' }, { CostCode: '01' }], held)).toEqual([
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
  });

  it('never put something new in the place of a closed line', () => {
    const held = [{ CostCode: '01', Completed: true }, { CostCode: '02' }];
    expect(placesOf([{ CostCode: '07' }, { CostCode: '08' }], held)).toEqual([
      [0, 1],
      [1, undefined],
      [undefined, 0],
    ]);
    expect(placesOf([{ CostCode: '01' }], held)[0]).toEqual([0, 0]);
  });

  it('are each used exactly once', () => {
    const line = fc.record({ CostCode: fc.constantFrom('01', '02', '03'), Completed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.array(line, { maxLength: 8 }), (sent, held) => {
        const places = placesOf(sent, held);
        const indexes = (side: 0 | 1) => places.flatMap((place) => place[side] ?? []).sort((a, b) => a - b);
        expect(indexes(0)).toEqual(sent.map((_, index) => index));
        expect(indexes(1)).toEqual(held.map((_, index) => index));
      }),
    );
  });
});

it('the first rule whose status fits and whose option is on decides', () => {
  const resource = {
    updates: {
      lines: [],
      rules: [
        { statuses: ['Open'], fields: 'all' as const, option: 'reopen' },
        { statuses: ['Open'], fields: ['Details.Completed'] },
      ],
    },
  };
  expect(ruleFor(resource, 'Open', { reopen: true })?.fields).toBe('all');
  expect(ruleFor(resource, 'Open', { reopen: false })?.fields).toEqual(['Details.Completed']);
  expect(ruleFor(resource, 'Closed', { reopen: true })).toBeUndefined();
});

it('values are the same by amount, and blanks are alike', () => {
  expect(sameValue('1.50', '1.5')).toBe(true);
  expect(sameValue(null, '')).toBe(true);
  expect(sameValue('2', '1')).toBe(false);
  expect(sameValue(true, 'true')).toBe(false);
});
