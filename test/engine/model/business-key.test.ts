import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeInvoiceNumber, normalizeName, valueAt } from '../../../engine/model/business-key.ts';

const number = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...'0012aBzÉß -/.#_·'), maxLength: 20 }),
);

describe('an invoice number', () => {
  it.each([
    [' inv-00 123/a', 'INV123A'],
    ['INV-123', 'INV123'],
    ['Inv. № 0123', 'INVNO123'],
    ['000', '0'],
    ['A-000', 'A0'],
    ['100-20', '10020'],
    ['2024-001', '2024001'],
    ['ＦＡＣ－７', 'FAC7'],
    ['Réf·9', 'REF9'],
    ['- / .', ''],
    ['', ''],
  ])('%j is meant as %j', (text, meant) => {
    expect(normalizeInvoiceNumber(text)).toBe(meant);
  });

  it('keeps apart what differs by more than writing', () => {
    const different = ['INV-12', 'INV-120', 'INV-21', 'INV-102', 'IN-12', 'INV-12A', '12'];
    expect(new Set(different.map(normalizeInvoiceNumber)).size).toBe(different.length);
  });

  it('means the same once it is written so', () => {
    fc.assert(
      fc.property(number, (text) => {
        const meant = normalizeInvoiceNumber(text);
        expect(normalizeInvoiceNumber(meant)).toBe(meant);
      }),
      { numRuns: 2000, seed: 20 },
    );
  });

  it('does not depend on case, surrounding blanks, signs between letters and digits, or zeros in front', () => {
    const plain = fc.tuple(fc.stringMatching(/^[A-Z]{0,4}$/), fc.stringMatching(/^[1-9]\d{0,8}$/));
    const sign = fc.constantFrom('', ' ', '-', '/', '.', '#', ' - ', '_');
    const zeros = fc.nat(4).map((count) => '0'.repeat(count));
    fc.assert(
      fc.property(plain, sign, sign, zeros, fc.boolean(), ([letters, digits], between, around, front, small) => {
        const written = `${around}${letters}${between}${front}${digits}${around}`;
        expect(normalizeInvoiceNumber(small ? written.toLowerCase() : written)).toBe(letters + digits);
      }),
      { numRuns: 1000, seed: 21 },
    );
  });

  it('holds letters and digits only, and no zero that leads a run of digits', () => {
    fc.assert(
      fc.property(number, (text) => {
        const meant = normalizeInvoiceNumber(text);
        expect(meant).toMatch(/^[\p{L}\p{N}]*$/u);
        expect(meant).not.toMatch(/(?<!\d)0\d/);
      }),
      { numRuns: 2000, seed: 22 },
    );
  });
});

it('finds the value at a path and nothing where the path leads nowhere', () => {
  const fields = { a: { b: '1', list: ['x'] }, plain: 'p' };
  expect(valueAt(fields, 'a.b')).toBe('1');
  expect(valueAt(fields, 'plain')).toBe('p');
  for (const path of ['a.c', 'a.b.c', 'a.list.0', 'z', 'z.y']) expect(valueAt(fields, path)).toBeUndefined();
});

describe('a name', () => {
  it.each([
    ["o'neil  &  Sons.", 'ONEIL SONS'],
    ['O’NEIL & SONS', 'ONEIL SONS'],
    ['A.B.C. Roofing, Inc', 'ABC ROOFING INC'],
    ['Bölükbaşı Şirketi', 'BOLUKBASI SIRKETI'],
    ['Area 05', 'AREA 05'],
    ['№ 1 Steel', 'NO 1 STEEL'],
    [' - ', ''],
  ])('%j is %j', (text, meant) => {
    expect(normalizeName(text)).toBe(meant);
  });

  it('keeps its digits and words apart, and is its own normal form', () => {
    expect(normalizeName('Area 05')).not.toBe(normalizeName('Area 5'));
    expect(normalizeName('North West')).not.toBe(normalizeName('Northwest'));
    fc.assert(
      fc.property(number, (text) => {
        expect(normalizeName(normalizeName(text))).toBe(normalizeName(text));
      }),
    );
  });
});
