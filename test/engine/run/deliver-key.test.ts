import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceDeclaration } from '../../../engine/model/connector.ts';
import { businessKeyOf } from '../../../engine/run/deliver-key.ts';

const codes = (blankable?: readonly string[]): ResourceDeclaration => ({
  id: 'codes',
  title: 'Codes',
  description: '',
  scope: 'project',
  fields: [],
  incremental: false,
  key: { fields: ['project', 'parent', 'code'], normalize: 'exact', ...(blankable === undefined ? {} : { blankable }) },
});

describe('a business key', () => {
  const division = { project: '7', code: '97' };

  it('lacks a part that is blank, unless blank is an answer there', () => {
    expect(businessKeyOf(codes(), division)).toEqual({ missing: 'parent' });
    for (const parent of [undefined, null, '', ' '])
      expect(businessKeyOf(codes(['parent']), { ...division, ...(parent === undefined ? {} : { parent }) })).toEqual({
        key: '7 |  | 97',
      });
    expect(businessKeyOf(codes(['parent']), { parent: '1', code: '97' })).toEqual({ missing: 'project' });
  });

  it('is never blank altogether', () => {
    expect(businessKeyOf(codes(['project', 'parent', 'code']), {})).toEqual({ missing: 'project' });
    const { key: _key, ...keyless } = codes();
    expect(businessKeyOf(keyless, division)).toEqual({ missing: 'key' });
  });

  it('is one for each combination of parts, whatever they hold', () => {
    const part = fc.oneof(
      fc.constant(''),
      fc.string({ unit: fc.constantFrom('a', '|', '\\', ' | ', '1'), maxLength: 4 }),
    );
    const parts = fc.record({ project: part, parent: part, code: part });
    const keyOf = (value: { project: string; parent: string; code: string }) =>
      businessKeyOf(codes(['project', 'parent', 'code']), value);
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [left, right] = [keyOf(a), keyOf(b)];
        const same =
          Object.values(a)
            .map((text) => text.trim())
            .join('\n') ===
          Object.values(b)
            .map((text) => text.trim())
            .join('\n');
        if ('key' in left && 'key' in right) expect(left.key === right.key).toBe(same);
      }),
    );
  });
});
