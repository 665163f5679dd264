import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName, uniqueFileName } from '../../../engine/model/files.ts';

describe('a file name', () => {
  it.each([
    ['Invoice 7.pdf', 'Invoice 7.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['a\\b:c*?.pdf', 'a_b_c_.pdf'],
    ['  .hidden. ', 'hidden'],
    ['50% #1.pdf', '50_ _1.pdf'],
    ['\u202Efdp.exe', '_fdp.exe'],
    ['///', 'attachment'],
    ['', 'attachment'],
  ])('%j is made %j', (given, made) => {
    expect(safeFileName(given, 40)).toBe(made);
  });

  it('keeps its ending and its length, and is never taken', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.array(fc.constantFrom('a.pdf', 'A.PDF', 'a (2).pdf')),
        (stem, taken) => {
          const safe = safeFileName(`${stem}x.pdf`, 30);
          expect(safe.length).toBeLessThanOrEqual(30);
          expect(safe).toMatch(/x?\.pdf$/);
          expect(safe).not.toMatch(/[/\\:*?"<>|%#]/);
          const unique = uniqueFileName(safe, [...taken, safe], 30);
          expect([...taken, safe].map((name) => name.toLowerCase())).not.toContain(unique.toLowerCase());
          expect(unique.length).toBeLessThanOrEqual(30);
        },
      ),
    );
    expect(uniqueFileName('a.pdf', ['A.PDF', 'a (2).pdf'], 30)).toBe('a (3).pdf');
  });
});
