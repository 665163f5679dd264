import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonNumber, parseLossless, stringifyBody } from '../../../connectors/kit/json.ts';

describe('lossless JSON', () => {
  it('keeps every digit of numbers, in and out of strings', () => {
    const text =
      '{"id":9007199254740993123,"amount": -1540.10 ,"s":"a \\"1.50\\" \\\\","list":[1,2.50,{"n":0}],"e":1.5e3}';
    expect(parseLossless(text)).toEqual({
      id: '9007199254740993123',
      amount: '-1540.10',
      s: 'a "1.50" \\',
      list: ['1', '2.50', { n: '0' }],
      e: '1500',
    });
  });

  it('reads any JSON as the native parser does, with numbers as their text', () => {
    const asText = (value: unknown): unknown => {
      if (typeof value === 'number') return JSON.stringify(value);
      if (Array.isArray(value)) return value.map(asText);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]));
    };
    const noExponent = (text: string) => !/\d[eE][+-]?\d/.test(text);
    fc.assert(
      fc.property(fc.json().filter(noExponent), (text) => {
        expect(parseLossless(text)).toEqual(asText(JSON.parse(text)));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it.each(['{"a":1', '{"a":01}', '{1:2}', '[1-2]', '{"a":"b}', '<html>', '[1,]', '{"a":.5}', '--1', '1 2'])(
    'refuses %s',
    (text) => expect(() => parseLossless(text)).toThrow(SyntaxError),
  );

  it('sends decimals as numbers digit by digit', () => {
    expect(stringifyBody({ amount: jsonNumber('12345678901234567890.10'), text: '1', gone: undefined })).toBe(
      '{"amount":12345678901234567890.10,"text":"1"}',
    );
    expect(jsonNumber('12,5')).toBeUndefined();
  });
});
