import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceIndex } from '../../../connectors/acumatica/resources/reference-index.ts';

describe('an index of references', () => {
  it('finds what a map of sets finds, also where one reference is a part of another', () => {
    const reference = fc.stringMatching(/^[AB1]{0,3}$/);
    const id = fc.stringMatching(/^Bill\/[01]{1,6}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(reference, id), { maxLength: 900, size: 'max' }), (pairs) => {
        const [index, expected] = [new ReferenceIndex(), new Map<string, Set<string>>()];
        for (const [name, document] of pairs) {
          index.add(name, document);
          expected.set(name, (expected.get(name) ?? new Set()).add(document));
        }
        for (const [name, ids] of expected) expect(new Set(index.find(name))).toEqual(ids);
        expect(index.find('C')).toEqual([]);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  it('keeps thousands, each once', () => {
    const index = new ReferenceIndex();
    for (const _turn of [1, 2])
      for (let number = 0; number < 3000; number += 1) index.add(`INV${number}`, `Bill/${number}`);
    index.add('INV7', 'Bill/other');
    expect(index.find('INV7')).toEqual(['Bill/7', 'Bill/other']);
    expect(index.find('INV2999')).toEqual(['Bill/2999']);
    expect(index.find('INV')).toEqual([]);
  });
});
