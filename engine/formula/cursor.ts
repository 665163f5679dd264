/** Where the cursor stands in a formula that may be unfinished: works on tokens, since there is no tree yet. */
import { type Token, tokenize } from './lexer.ts';

/** A call that is open at the cursor. */
export interface OpenCall {
  name: string;
  /** Which argument the cursor is in, from 0. */
  argument: number;
  /** The tokens of the arguments before the cursor, by argument. */
  args: Token[][];
}

/** The tokens around a cursor. */
export interface Cursor {
  /** The token that the cursor is in or right behind. */
  token: Token | undefined;
  /** The token before that. */
  before: Token | undefined;
  /** The field that an `=` or `<>` right before the cursor compares, as written between its brackets. */
  comparedField: string | undefined;
  /** The innermost call whose parentheses are open. */
  call: OpenCall | undefined;
}

interface Level {
  name: string | undefined;
  args: Token[][];
}

function comparedField(tokens: readonly Token[], touches: boolean): string | undefined {
  const last = tokens[tokens.length - 1];
  const at = touches && last?.kind !== 'operator' ? tokens.length - 2 : tokens.length - 1;
  const operator = tokens[at];
  const field = tokens[at - 1];
  return operator?.kind === 'operator' && field?.kind === 'field' ? field.value : undefined;
}

/** Reads the text up to the cursor. */
export function cursorAt(text: string, offset: number): Cursor {
  const tokens = tokenize(text).filter(
    (token) => token.kind !== 'end' && token.kind !== 'comment' && token.start < offset,
  );
  const levels: Level[] = [];
  for (const [index, token] of tokens.entries()) {
    const level = levels[levels.length - 1];
    if (token.kind === 'open') {
      const name = tokens[index - 1];
      levels.push({ name: name?.kind === 'name' ? name.value.toUpperCase() : undefined, args: [[]] });
    } else if (token.kind === 'openList') levels.push({ name: undefined, args: [[]] });
    else if ((token.kind === 'close' || token.kind === 'closeList') && token.end <= offset) levels.pop();
    else if (token.kind === 'separator') level?.args.push([]);
    else level?.args[level.args.length - 1]?.push(token);
  }
  const open = [...levels].reverse().find((level) => level.name !== undefined);
  const last = tokens[tokens.length - 1];
  const touches = last !== undefined && last.end >= offset;
  return {
    token: touches ? last : undefined,
    before: touches ? tokens[tokens.length - 2] : last,
    comparedField: comparedField(tokens, touches),
    call: open?.name === undefined ? undefined : { name: open.name, argument: open.args.length - 1, args: open.args },
  };
}

/** The whole token at a position, in a formula of any state. */
export const tokenAt = (text: string, offset: number): Token | undefined =>
  tokenize(text).find((token) => token.kind !== 'end' && token.start <= offset && offset < token.end) ??
  tokenize(text).find((token) => token.kind !== 'end' && token.end === offset);
