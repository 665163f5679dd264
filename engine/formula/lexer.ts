/** Formula text → tokens. Never fails: what cannot be read becomes a token of kind `bad` with a sentence that says why. */
import type { Range } from './value.ts';

/** Kinds of tokens. `field` has the path as value, `text` the characters it stands for. */
export type TokenKind =
  | 'number'
  | 'text'
  | 'date'
  | 'error'
  | 'name'
  | 'field'
  | 'operator'
  | 'open'
  | 'close'
  | 'openList'
  | 'closeList'
  | 'separator'
  | 'comment'
  | 'bad'
  | 'end';

/** A token with its place in the text. */
export interface Token extends Range {
  kind: TokenKind;
  value: string;
}

const space = /[\s\u00a0]*/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?/y;
const name = /[\p{L}_][\p{L}\p{N}_.]*/uy;
const date = /#(\d{4}-\d{2}-\d{2})#/y;
const error = /#(?:DIV\/0!|N\/A|NAME\?|NULL!|NUM!|REF!|VALUE!)/iy;
const operator = /<=|>=|<>|[-+*/^&=<>%]/y;

const single: Readonly<Record<string, TokenKind>> = {
  '(': 'open',
  ')': 'close',
  '{': 'openList',
  '}': 'closeList',
  ',': 'separator',
  ';': 'separator',
};

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const bad = (start: number, end: number, why: string): Token => ({ kind: 'bad', value: why, start, end });

/** Reads up to the closing character; a doubled one stands for itself. */
function quoted(text: string, start: number, close: string): { value: string; end: number } | undefined {
  let value = '';
  let from = start + 1;
  for (;;) {
    const at = text.indexOf(close, from);
    if (at === -1) return undefined;
    value += text.slice(from, at);
    if (text[at + 1] !== close) return { value, end: at + 1 };
    value += close;
    from = at + 2;
  }
}

function readQuoted(text: string, at: number): Token | undefined {
  const first = text[at];
  if (first === '"') {
    const read = quoted(text, at, '"');
    if (read === undefined) return bad(at, text.length, 'The text has no closing quotation mark.');
    return { kind: 'text', value: read.value, start: at, end: read.end };
  }
  if (first === '[') {
    const read = quoted(text, at, ']');
    if (read === undefined) return bad(at, text.length, 'The field has no closing bracket.');
    return { kind: 'field', value: read.value.trim(), start: at, end: read.end };
  }
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    if (end === -1) return bad(at, text.length, 'The comment has no end: write */ behind it.');
    return { kind: 'comment', value: text.slice(at, end + 2), start: at, end: end + 2 };
  }
  if (text.startsWith('//', at)) {
    const line = text.indexOf('\n', at);
    const end = line === -1 ? text.length : line;
    return { kind: 'comment', value: text.slice(at, end), start: at, end };
  }
  return undefined;
}

const kinds: readonly (readonly [TokenKind, RegExp])[] = [
  ['number', number],
  ['name', name],
  ['date', date],
  ['error', error],
  ['operator', operator],
];

function readToken(text: string, at: number): Token {
  const first = text[at] ?? '';
  const alone = single[first];
  if (alone !== undefined) return { kind: alone, value: first, start: at, end: at + 1 };
  const read = readQuoted(text, at);
  if (read !== undefined) return read;
  for (const [kind, pattern] of kinds) {
    const match = matchAt(pattern, text, at);
    if (match !== null) return { kind, value: match[1] ?? match[0], start: at, end: at + match[0].length };
  }
  const curly = '“”„«»'.includes(first);
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const why = curly
    ? 'Use straight quotation marks (") around text.'
    : first === '#'
      ? 'Write a date as #2026-01-31#.'
      : first === ']'
        ? 'This bracket closes nothing: a field is written as [name].'
        : `The character ${character} has no meaning here.`;
  return bad(at, at + character.length, why);
}

/** Where the formula itself begins: behind the leading `=`, if there is one. */
export function startOf(text: string): number {
  const match = /^[\s\u00a0]*=/.exec(text);
  return match === null ? 0 : match[0].length;
}

/** All tokens of a formula, comments included, closed by one of kind `end`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = startOf(text);
  for (;;) {
    at += matchAt(space, text, at)?.[0].length ?? 0;
    if (at >= text.length) break;
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', value: '', start: text.length, end: text.length });
  return tokens;
}
