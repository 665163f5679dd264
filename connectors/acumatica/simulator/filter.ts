/**
 * The `$filter` of the contract API: OData version 3, as far as the real system takes it.
 * @source Integration Development Guide 2026 R1, "$filter parameter"; traps noted by integrators on 25 R2 (see reference sheet 6.2)
 */
import { compare, tryParse } from '../../../engine/model/decimal.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';
import type { ContractEntity, WireType } from './contract.ts';
import { badFilter } from './refusal.ts';

type Operand =
  | { kind: 'field'; path: string; type: WireType; custom: boolean }
  | { kind: 'text' | 'number' | 'instant'; value: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' };
type Condition = (record: Fields) => boolean;

const token =
  /\s*(?:(datetimeoffset|date|datetime|guid)'([^']*)'|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)[MmdDfFlL]?(?![\w.])|([A-Za-z_$][\w./]*)|([(),=]))/y;

interface Token {
  kind: 'literal' | 'text' | 'number' | 'word' | 'sign';
  text: string;
  prefix?: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw badFilter(`Syntax error at position ${at} in '${text}'.`);
    const [, prefix, literal, quoted, number, word, sign] = match;
    if (prefix !== undefined) tokens.push({ kind: 'literal', text: literal ?? '', prefix });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

/** The value at `Linked/Field` or `View.Field` of the custom block. */
function valueAt(record: Fields, operand: Operand & { kind: 'field' }): Value {
  const parts = operand.custom ? ['custom', ...operand.path.split('.')] : operand.path.split('/');
  let value: Value = record;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = value[part] ?? null;
  }
  return value;
}

class FilterParser {
  readonly #tokens: Token[];
  readonly #entity: ContractEntity;
  #at = 0;
  constructor(text: string, entity: ContractEntity) {
    this.#tokens = tokenize(text);
    this.#entity = entity;
  }

  parse(): Condition {
    const condition = this.#or();
    if (this.#at < this.#tokens.length) throw badFilter(`Syntax error near '${this.#tokens[this.#at]?.text}'.`);
    return condition;
  }

  #take(): Token {
    const next = this.#tokens[this.#at];
    if (next === undefined) throw badFilter('Expression expected.');
    this.#at += 1;
    return next;
  }

  #skip(text: string): boolean {
    if (this.#tokens[this.#at]?.text !== text || this.#tokens[this.#at]?.kind === 'text') return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#skip(text)) throw badFilter(`'${text}' expected.`);
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#skip('or')) {
      const [a, b] = [left, this.#and()];
      left = (record) => a(record) || b(record);
    }
    return left;
  }

  #and(): Condition {
    let left = this.#single();
    while (this.#skip('and')) {
      const [a, b] = [left, this.#single()];
      left = (record) => a(record) && b(record);
    }
    return left;
  }

  #single(): Condition {
    if (this.#skip('not')) throw badFilter('The operator not is not supported here.');
    if (this.#skip('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const word = this.#tokens[this.#at];
    if (word?.kind === 'word' && this.#tokens[this.#at + 1]?.text === '(' && !word.text.startsWith('cf.')) {
      return this.#call();
    }
    const left = this.#operand();
    const operator = this.#take().text;
    const right = this.#operand();
    return comparison(left, operator, right);
  }

  #call(): Condition {
    const name = this.#take().text;
    if (!['substringof', 'startswith', 'endswith'].includes(name)) throw badFilter(`Unknown function '${name}'.`);
    this.#expect('(');
    const first = this.#operand();
    this.#expect(',');
    const second = this.#operand();
    this.#expect(')');
    // Comparing the function with true answers an empty list instead of an error.
    if (this.#skip('eq')) {
      this.#operand();
      return () => false;
    }
    const [field, text] = name === 'substringof' ? [second, first] : [first, second];
    if (field.kind !== 'field' || text.kind !== 'text') throw badFilter(`Wrong arguments of '${name}'.`);
    const wanted = text.value.toUpperCase();
    return (record) => {
      const value = String(valueAt(record, field) ?? '').toUpperCase();
      if (name === 'startswith') return value.startsWith(wanted);
      return name === 'endswith' ? value.endsWith(wanted) : value.includes(wanted);
    };
  }

  #operand(): Operand {
    const next = this.#take();
    if (next.kind === 'text') return { kind: 'text', value: next.text };
    if (next.kind === 'number') return { kind: 'number', value: next.text };
    if (next.kind === 'literal') {
      if (next.prefix === 'guid') return { kind: 'text', value: next.text };
      const value = next.prefix === 'date' ? `${next.text}T00:00:00Z` : next.text;
      if (Number.isNaN(Date.parse(value))) throw badFilter(`'${next.text}' is not a valid ${next.prefix}.`);
      return { kind: 'instant', value };
    }
    if (next.kind !== 'word') throw badFilter(`Syntax error near '${next.text}'.`);
    if (next.text === 'true' || next.text === 'false') return { kind: 'boolean', value: next.text === 'true' };
    if (next.text === 'null') return { kind: 'null' };
    if (next.text.startsWith('cf.')) return this.#custom(next.text.slice(3));
    return this.#field(next.text);
  }

  #custom(type: string): Operand {
    this.#expect('(');
    this.#expect('f');
    this.#expect('=');
    const path = this.#take().text;
    this.#expect(')');
    const known = this.#entity.custom.get(path);
    if (known === undefined) throw badFilter(`The field '${path}' cannot be found (${type}).`);
    return { kind: 'field', path, type: known, custom: true };
  }

  #field(path: string): Operand {
    const [first = '', second] = path.split('/');
    if (first === 'id') return { kind: 'field', path, type: 'S', custom: false };
    const part = this.#entity.parts.get(first);
    if (part?.kind === 'list') throw badFilter(`Filtering by the detail collection '${first}' is not supported.`);
    const field = second === undefined ? this.#entity.fields.get(first) : part?.fields.get(second);
    if (field === undefined) throw badFilter(`Could not find a property named '${path}'.`);
    return { kind: 'field', path, type: field.type, custom: false };
  }
}

/** −1, 0, 1, or undefined where they cannot be compared. Text compares as SQL Server does: no case, no trailing blanks. */
function order(field: Operand & { kind: 'field' }, value: Value, literal: string): number | undefined {
  if (value === null) return undefined;
  if (field.type === 'D' || field.type === 'I') {
    const a = tryParse(String(value));
    const b = tryParse(literal);
    return a === undefined || b === undefined ? undefined : compare(a, b);
  }
  if (field.type === 'T') return Date.parse(String(value)) - Date.parse(literal);
  const [a, b] = [String(value).trimEnd().toUpperCase(), literal.trimEnd().toUpperCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

const operators: Readonly<Record<string, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  ne: (sign) => sign !== 0,
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
};

function comparison(left: Operand, operator: string, right: Operand): Condition {
  const holds = operators[operator];
  if (holds === undefined) throw badFilter(`Unknown operator '${operator}'.`);
  if (left.kind !== 'field' || right.kind === 'field') throw badFilter('A field must be compared with a constant.');
  if (right.kind === 'null') {
    return (record) => (valueAt(record, left) === null) === (operator === 'eq');
  }
  if ((left.type === 'T') !== (right.kind === 'instant')) {
    throw badFilter(`A binary operator with incompatible types was detected for '${left.path}'.`);
  }
  if ((left.type === 'B') !== (right.kind === 'boolean')) {
    throw badFilter(`A binary operator with incompatible types was detected for '${left.path}'.`);
  }
  if (right.kind === 'boolean') return (record) => (valueAt(record, left) === right.value) === (operator === 'eq');
  const literal = right.value;
  return (record) => {
    const sign = order(left, valueAt(record, left), literal);
    return sign === undefined ? operator === 'ne' : holds(sign);
  };
}

/** Compiles a filter text. @throws Refusal 500 where the real system answers one. */
export const compileFilter = (text: string, entity: ContractEntity): ((record: Fields) => boolean) =>
  new FilterParser(text, entity).parse();
