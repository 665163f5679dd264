/**
 * JSON to record values and back without a binary float in between: every JSON number arrives as its exact decimal text, and
 * a decimal text can be sent as a JSON number digit by digit.
 */
import { format, tryParse } from '../../engine/model/decimal.ts';
import type { Value } from '../../engine/model/record.ts';

declare global {
  /** Node 22 and later have it; TypeScript's library does not name it yet. */
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const quote = 34;
const backslash = 92;

/** Position behind the closing quote of the string that opens at `start`; -1 where it never closes. */
function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close === -1) return -1;
    let before = close - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((close - before) % 2 === 1) return close + 1;
    from = close + 1;
  }
}

const isNumberStart = (code: number): boolean => code === 45 || (code >= 48 && code <= 57);
const isNumberPart = (code: number): boolean =>
  (code >= 48 && code <= 57) || code === 46 || code === 101 || code === 69 || code === 43 || code === 45;

/** Text of a number token in plain notation: `1.50` stays, `1.5e3` becomes `1500`. Undefined where it is no JSON number. */
function plainNumber(token: string): string | undefined {
  if (!numberPattern.test(token)) return undefined;
  if (!/[eE]/.test(token)) return token;
  const decimal = tryParse(token);
  return decimal === undefined ? token : format(decimal);
}

/**
 * Puts every number outside strings into quotes. Scanning and then parsing natively is about four times faster than a reviver
 * that asks for each value's source text, and keeps the digits.
 */
function quoteNumbers(text: string): string {
  let out = '';
  let copied = 0;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      index = endOfString(text, index);
      if (index === -1) throw new SyntaxError('a text is not closed');
    } else if (isNumberStart(code)) {
      let end = index + 1;
      while (isNumberPart(text.charCodeAt(end))) end += 1;
      const number = plainNumber(text.slice(index, end));
      if (number === undefined || /^\s*:/.test(text.slice(end, end + 20))) {
        throw new SyntaxError(`“${text.slice(index, index + 20)}” is no number`);
      }
      out += `${text.slice(copied, index)}"${number}"`;
      copied = end;
      index = end;
    } else index += 1;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/**
 * Parses JSON into record values: numbers as exact decimal text, everything else as it is.
 * @throws SyntaxError where the text is no JSON; the caller names the address.
 */
export const parseLossless = (text: string): Value => JSON.parse(quoteNumbers(text)) as Value;

/** A text without the mark that some servers put before it. */
export const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

/** The same as {@link parseLossless} for a text that may be something else; undefined where it is no JSON. */
export function tryParseLossless(text: string): Value | undefined {
  try {
    return parseLossless(withoutMark(text));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** A decimal text that shall be sent as a JSON number. */
export class JsonNumber {
  readonly text: string;

  /** @param text decimal text as in records; thousands separators are refused by {@link jsonNumber}. */
  constructor(text: string) {
    this.text = text;
  }

  /** Called by JSON.stringify: hands the digits on untouched. */
  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

/** Marks a decimal text to be sent as a number; undefined where it is none. */
export function jsonNumber(text: string): JsonNumber | undefined {
  const decimal = tryParse(text);
  return decimal === undefined ? undefined : new JsonNumber(format(decimal));
}

/** What can be sent: record values and numbers marked as such. Undefined members are left out. */
export type JsonBody = Value | JsonNumber | readonly JsonBody[] | { readonly [field: string]: JsonBody | undefined };

/** JSON text of a body. */
export const stringifyBody = (body: JsonBody): string => JSON.stringify(body);

/** The fields of a record value, or undefined for anything else. */
export const asFields = (value: Value | undefined): { [field: string]: Value } | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;

/** The elements of a list value, or undefined for anything else. */
export const asList = (value: Value | undefined): Value[] | undefined => (Array.isArray(value) ? value : undefined);

/** A text value that is not empty, or undefined. Numbers arrive as text, so ids do too. */
export const asText = (value: Value | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
