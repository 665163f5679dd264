import { describe, expect, it } from 'vitest';
import { costCodeIn } from '../../../connectors/procore/coding.ts';

const codes = (...full: string[]) => full.map((full_code, at) => ({ id: String(at), full_code }));
const codeIn = (flat_code: string, ...full: string[]) => costCodeIn({ flat_code }, codes(...full))?.full_code;

describe('the cost code inside a budget code', () => {
  it('is the longest that stands between delimiters, wherever it stands', () => {
    expect(codeIn('01-200.S', '01', '01-200')).toBe('01-200');
    expect(codeIn('1101-20.01-20.S', '01-20')).toBe('01-20');
    expect(codeIn('A01.01.S', '01', 'A')).toBe('01');
    expect(codeIn('101.S', '01')).toBeUndefined();
  });

  it('is not chosen between two that fit as well, as a sub job that is numbered like a cost code', () => {
    expect(codeIn('01-100.02-200.S', '01-100', '02-200')).toBeUndefined();
    expect(codeIn('01-100.S', '01-100', '01-100')).toBe('01-100');
  });
});
