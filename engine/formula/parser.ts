/** Tokens → tree, with Excel's precedence: unary minus binds closer than `^`, and `^` groups from the left. */
import { parse as parseDecimal } from '../model/decimal.ts';
import type { BinaryOperator, FormulaNode } from './ast.ts';
import { parseDate } from './calendar.ts';
import { startOf, type Token, tokenize } from './lexer.ts';
import { maxDepth, maxFormulaLength } from './limits.ts';
import { type FormulaProblem, refuse } from './problem.ts';
import { errorKinds, type Range } from './value.ts';

const levels: Readonly<Record<string, number>> = {
  '=': 1,
  '<>': 1,
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '&': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '^': 5,
};

/** How closely an operator binds; higher is closer. Undefined for what is no operator between two values. */
export const precedenceOf = (operator: string): number | undefined => levels[operator];

const syntax = (message: string, range: Range, hint = 'Correct the formula where it is marked.') =>
  refuse([{ severity: 'blocking', code: 'formula.syntax', message, hint, range }]);

const limit = (message: string, range: Range, hint: string) =>
  refuse([{ severity: 'blocking', code: 'formula.limit', message, hint, range }]);

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  private get next(): Token {
    return this.tokens[this.at] ?? { kind: 'end', value: '', start: 0, end: 0 };
  }

  private take(): Token {
    const token = this.next;
    this.at += 1;
    return token;
  }

  private enter(range: Range): void {
    this.depth += 1;
    if (this.depth > maxDepth) {
      throw limit(
        `The formula is nested more than ${maxDepth} levels deep.`,
        range,
        'Split it: put a part of it into a field of its own.',
      );
    }
  }

  whole(): FormulaNode {
    const node = this.expression(1);
    const token = this.next;
    if (token.kind === 'end') return node;
    if (token.kind === 'bad') throw syntax(token.value, token);
    if (token.kind === 'close') throw syntax('There is a closing parenthesis too many.', token);
    throw syntax(
      `An operator is missing before ${quote(token)}.`,
      token,
      'Join the parts with an operator such as & or +.',
    );
  }

  private expression(level: number): FormulaNode {
    const before = this.depth;
    this.enter(this.next);
    let left = this.unary();
    for (;;) {
      const token = this.next;
      const precedence = token.kind === 'operator' ? levels[token.value] : undefined;
      if (precedence === undefined || precedence < level) break;
      this.take();
      const right = this.expression(precedence + 1);
      this.enter(token);
      const range = { start: left.range.start, end: right.range.end };
      left = { kind: 'binary', operator: token.value as BinaryOperator, left, right, range };
    }
    this.depth = before;
    return left;
  }

  private unary(): FormulaNode {
    const token = this.next;
    if (token.kind === 'operator' && (token.value === '-' || token.value === '+')) {
      this.take();
      this.enter(token);
      const operand = this.unary();
      this.depth -= 1;
      return { kind: 'unary', operator: token.value, operand, range: { start: token.start, end: operand.range.end } };
    }
    let node = this.primary();
    let count = 0;
    while (this.next.kind === 'operator' && this.next.value === '%') {
      const percent = this.take();
      this.enter(percent);
      count += 1;
      node = { kind: 'unary', operator: '%', operand: node, range: { start: node.range.start, end: percent.end } };
    }
    this.depth -= count;
    return node;
  }

  private primary(): FormulaNode {
    const token = this.take();
    const range = { start: token.start, end: token.end };
    switch (token.kind) {
      case 'number': {
        const value = parseDecimal(token.value);
        return { kind: 'literal', type: value.scale === 0 ? 'integer' : 'decimal', value, range };
      }
      case 'text':
        return { kind: 'literal', type: 'text', value: token.value, range };
      case 'date': {
        const value = parseDate(token.value);
        if (value === undefined) throw syntax(`There is no day ${token.value}.`, range, 'Write it as #YYYY-MM-DD#.');
        return { kind: 'literal', type: 'date', value, range };
      }
      case 'error':
        return { kind: 'error', error: errorKinds.find((kind) => kind === token.value.toUpperCase()) ?? '#N/A', range };
      case 'field':
        return fieldNode(token);
      case 'name':
        return this.next.kind === 'open' ? this.call(token) : nameNode(token);
      case 'open':
        return this.group(token);
      case 'openList':
        return this.list(token);
      case 'bad':
        throw syntax(token.value, range);
      case 'end':
        throw syntax('The formula ends too early: a value is missing.', range, 'Write a value or a field at the end.');
      case 'operator':
      case 'close':
      case 'closeList':
      case 'separator':
      case 'comment':
        throw syntax(`A value is missing before ${quote(token)}.`, range);
    }
  }

  private group(open: Token): FormulaNode {
    const inner = this.expression(1);
    const close = this.close('close', open, 'The parenthesis is never closed.');
    return { kind: 'group', inner, range: { start: open.start, end: close.end } };
  }

  private close(kind: 'close' | 'closeList', open: Token, message: string): Token {
    const token = this.take();
    if (token.kind === kind) return token;
    if (token.kind === 'bad') throw syntax(token.value, token);
    if (token.kind === 'end') throw syntax(message, open, `Add ${kind === 'close' ? ')' : '}'} where it should end.`);
    throw syntax(`An operator or a separator is missing before ${quote(token)}.`, token);
  }

  private list(open: Token): FormulaNode {
    const elements: FormulaNode[] = [];
    if (this.next.kind !== 'closeList') {
      elements.push(this.expression(1));
      while (this.next.kind === 'separator') {
        this.take();
        elements.push(this.expression(1));
      }
    }
    const close = this.close('closeList', open, 'The list is never closed.');
    return { kind: 'list', elements, range: { start: open.start, end: close.end } };
  }

  private call(name: Token): FormulaNode {
    const open = this.take();
    const args: (FormulaNode | undefined)[] = [];
    const argument = () =>
      this.next.kind === 'separator' || this.next.kind === 'close' ? undefined : this.expression(1);
    if (this.next.kind !== 'close') {
      args.push(argument());
      while (this.next.kind === 'separator') {
        this.take();
        args.push(argument());
      }
    }
    const close = this.close('close', open, `The parenthesis of ${name.value.toUpperCase()} is never closed.`);
    return {
      kind: 'call',
      name: name.value.toUpperCase(),
      nameRange: { start: name.start, end: name.end },
      args,
      range: { start: name.start, end: close.end },
    };
  }
}

const quote = (token: Token): string => (token.kind === 'text' ? `"${token.value}"` : token.value || 'the end');

function nameNode(token: Token): FormulaNode {
  const range = { start: token.start, end: token.end };
  const upper = token.value.toUpperCase();
  if (upper === 'TRUE' || upper === 'FALSE')
    return { kind: 'literal', type: 'boolean', value: upper === 'TRUE', range };
  return { kind: 'name', name: token.value, range };
}

function fieldNode(token: Token): FormulaNode {
  const range = { start: token.start, end: token.end };
  const fromRoot = token.value.startsWith('/');
  const path = fromRoot ? token.value.slice(1).trim() : token.value;
  if (path === '')
    throw syntax('The brackets name no field.', range, 'Write the field between the brackets: [amount].');
  return { kind: 'field', path, fromRoot, range };
}

/**
 * The tree of a formula; a leading `=` may be there or not.
 * @throws AppError formula.syntax, formula.limit (a FormulaRefused with the place)
 */
export function parseFormula(text: string): FormulaNode {
  if (text.length > maxFormulaLength) {
    throw limit(
      `The formula has ${text.length} characters; ${maxFormulaLength} are the most.`,
      { start: maxFormulaLength, end: text.length },
      'Split it: put a part of it into a field of its own.',
    );
  }
  const tokens = tokenize(text).filter((token) => token.kind !== 'comment');
  if (tokens[0]?.kind === 'end') {
    throw syntax(
      'The formula is empty.',
      { start: startOf(text), end: text.length },
      'Write a field such as [amount].',
    );
  }
  return new Parser(tokens).whole();
}

/** The tree, or the problem that kept it from being one. */
export function tryParseFormula(text: string): { node: FormulaNode } | { problem: FormulaProblem } {
  try {
    return { node: parseFormula(text) };
  } catch (thrown) {
    const problem =
      thrown instanceof Error && 'problems' in thrown ? (thrown.problems as FormulaProblem[])[0] : undefined;
    if (problem === undefined) throw thrown;
    return { problem };
  }
}
