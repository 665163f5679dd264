/** Rewrites of formulas that keep their meaning: layout, and a field's new name. */
import { type FormulaEnvironment, resolveField } from './environment.ts';
import { findFunction } from './functions/index.ts';
import { startOf, type Token, tokenize } from './lexer.ts';
import { replaceRange } from './problem.ts';

/** Longest line that is not broken at its separators. */
const width = 80;

/** Tokens between parentheses or braces, with what opens and closes them. */
interface Group {
  open: string;
  close: string;
  /** Parts between separators. */
  parts: Piece[][];
}
type Piece = { token: Token } | { group: Group };

function readGroup(
  tokens: readonly Token[],
  from: number,
  close: 'close' | 'closeList' | 'end',
): { group: Group; next: number } {
  const parts: Piece[][] = [[]];
  let at = from;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === close || token.kind === 'end') break;
    if (token.kind === 'separator') parts.push([]);
    else if (token.kind === 'open' || token.kind === 'openList') {
      const inner = readGroup(tokens, at + 1, token.kind === 'open' ? 'close' : 'closeList');
      inner.group.open = token.value;
      inner.group.close = token.kind === 'open' ? ')' : '}';
      parts[parts.length - 1]?.push({ group: inner.group });
      at = inner.next;
    } else parts[parts.length - 1]?.push({ token });
  }
  return { group: { open: '', close: '', parts }, next: at };
}

const isSign = (pieces: readonly Piece[], at: number): boolean => {
  const before = pieces[at - 1];
  return before === undefined || ('token' in before && before.token.kind === 'operator' && before.token.value !== '%');
};

function printToken(token: Token, text: string): string {
  const written = text.slice(token.start, token.end);
  if (token.kind === 'field') return `[${token.value.replaceAll(']', ']]')}]`;
  if (token.kind === 'name') return findFunction(token.value)?.name ?? written;
  return token.kind === 'comment' ? written.trimEnd() : written;
}

/** The pieces of one argument on one line, or on several where a group inside is too long. */
function printPieces(pieces: readonly Piece[], text: string, indent: number): string {
  let line = '';
  for (const [at, piece] of pieces.entries()) {
    if ('group' in piece) {
      line += printGroup(piece.group, text, indent, line.length - line.lastIndexOf('\n'));
      continue;
    }
    const { token } = piece;
    const printed = printToken(token, text);
    if (token.kind === 'comment') {
      const isLine = printed.startsWith('//');
      line += `${line === '' ? '' : ' '}${printed}${isLine ? `\n${' '.repeat(indent)}` : ' '}`;
    } else if (token.kind === 'operator' && token.value !== '%' && !isSign(pieces, at))
      line = `${line.trimEnd()} ${printed} `;
    else line += printed;
  }
  return line.replace(/ +$/, '');
}

function printGroup(group: Group, text: string, indent: number, column: number): string {
  const flat = group.parts.map((part) => printPieces(part, text, indent)).join(', ');
  const inLine = `${group.open}${flat}${group.close}`;
  if (!inLine.includes('\n') && column + inLine.length <= width) return inLine;
  if (group.open === '') return flat;
  const inside = ' '.repeat(indent + 2);
  const lines = group.parts.map((part) => inside + printPieces(part, text, indent + 2));
  return `${group.open}\n${lines.join(',\n')}\n${' '.repeat(indent)}${group.close}`;
}

/**
 * The formula in its usual layout: function names in capitals, commas as separators, spaces around operators, long calls broken
 * into one argument per line. Comments stay. A text with a fault in its syntax comes back as it is.
 */
export function formatFormula(text: string): string {
  const tokens = tokenize(text);
  if (tokens.some((token) => token.kind === 'bad')) return text;
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'open' || token.kind === 'openList') depth += 1;
    if (token.kind === 'close' || token.kind === 'closeList') depth -= 1;
    if (depth < 0 || depth > 250) return text;
  }
  if (depth !== 0) return text;
  const { group } = readGroup(tokens, 0, 'end');
  if (group.parts.length > 1) return text;
  const start = startOf(text) > 0 ? '=' : '';
  return (start + printGroup(group, text, 0, start.length)).trimEnd();
}

/**
 * The formula after a field of its record got another name.
 * @param from the field as the check names it: `a.b`, or `/a.b` for one of the whole record.
 * @param to the new last part of the path, or a whole new path in the same scope.
 */
export function renameField(text: string, environment: FormulaEnvironment, from: string, to: string): string {
  const scope = from.startsWith('/') ? 'root' : 'item';
  const path = from.replace(/^\//, '');
  const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.') + 1) : '';
  const renamed = to.includes('.') ? to.replace(/^\//, '') : parent + to;
  let result = text;
  for (const token of tokenize(text).reverse()) {
    if (token.kind !== 'field') continue;
    const fromRoot = token.value.startsWith('/');
    const found = resolveField(environment, token.value.replace(/^\//, ''), fromRoot);
    if (found === undefined || found.scope !== scope) continue;
    const written = found.steps.map((step) => step.name).join('.');
    if (written !== path && !written.startsWith(`${path}.`)) continue;
    const next = renamed + written.slice(path.length);
    result = replaceRange(result, token, `[${fromRoot ? '/' : ''}${next.replaceAll(']', ']]')}]`);
  }
  return result;
}
