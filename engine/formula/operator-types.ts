/** Result types of operators, and what they refuse. */
import type { BinaryNode, BinaryOperator, FormulaNode } from './ast.ts';
import {
  booleanType,
  dateType,
  datetimeType,
  decimalType,
  describeType,
  elementOf,
  errorType,
  type FormulaType,
  integerType,
  listOf,
  mayBeList,
  membersOf,
  textType,
} from './types.ts';

/** What an operator refuses: at which side, and how to mend it. */
export interface OperatorRefusal {
  message: string;
  hint: string;
  at?: FormulaNode;
  fix?: { label: string; replace(text: string): string };
}

type Verdict = { type: FormulaType; refusal?: OperatorRefusal };

const comparisons: ReadonlySet<BinaryOperator> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Kinds that compare with each other share a class. */
const classOf = (type: FormulaType): string => (type.kind === 'integer' ? 'decimal' : type.kind);
const free = (type: FormulaType): boolean => type.kind === 'blank' || type.kind === 'error' || type.kind === 'union';

const wrap = (label: string, name: string) => ({ label, replace: (text: string) => `${name}(${text})` });

function asNumberFix(node: FormulaNode): OperatorRefusal['fix'] {
  if (node.kind === 'literal' && typeof node.value === 'string' && /^-?\d+(\.\d+)?$/.test(node.value)) {
    const { value } = node;
    return { label: `Write ${value} without quotation marks`, replace: () => value };
  }
  return wrap('Convert with VALUE', 'VALUE');
}

function dateFix(node: FormulaNode): OperatorRefusal['fix'] {
  if (node.kind === 'literal' && typeof node.value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(node.value)) {
    const { value } = node;
    return { label: `Write #${value}#`, replace: () => `#${value}#` };
  }
  return wrap('Convert with DATEVALUE', 'DATEVALUE');
}

function compareVerdict(node: BinaryNode, a: FormulaType, b: FormulaType): Verdict {
  if (free(a) || free(b) || (classOf(a) === classOf(b) && a.kind !== 'record')) return { type: booleanType };
  const message = `${capital(describeType(a))} cannot be compared with ${describeType(b)}.`;
  const text = a.kind === 'text' ? node.left : b.kind === 'text' ? node.right : undefined;
  const other = a.kind === 'text' ? b : a;
  const refusal: OperatorRefusal = { message, hint: 'Compare values of one type.' };
  if (text !== undefined && classOf(other) === 'decimal') {
    const fix = asNumberFix(text);
    Object.assign(refusal, { hint: 'Text never becomes a number by itself: use VALUE.', at: text, fix });
  } else if (text !== undefined && other.kind === 'date') {
    Object.assign(refusal, {
      hint: 'Write a date as #2026-01-31#, or convert text with DATEVALUE.',
      at: text,
      fix: dateFix(text),
    });
  } else if (classOf(a) !== classOf(b) && [a.kind, b.kind].every((kind) => kind === 'date' || kind === 'datetime')) {
    const moment = a.kind === 'datetime' ? node.left : node.right;
    Object.assign(refusal, {
      hint: 'Take the date (UTC) of the moment with DATEVALUE.',
      at: moment,
      fix: wrap('Take the date of the moment', 'DATEVALUE'),
    });
  }
  return { type: booleanType, refusal };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const numeric = (type: FormulaType): boolean =>
  type.kind === 'integer' ||
  type.kind === 'decimal' ||
  type.kind === 'boolean' ||
  type.kind === 'blank' ||
  type.kind === 'error';
const whole = (type: FormulaType): boolean =>
  type.kind === 'integer' || type.kind === 'boolean' || type.kind === 'blank';
const temporal = (type: FormulaType): boolean => type.kind === 'date' || type.kind === 'datetime';

function dateVerdict(operator: '+' | '-', a: FormulaType, b: FormulaType): FormulaType | undefined {
  if (temporal(a) && a.kind === b.kind && operator === '-') return a.kind === 'date' ? integerType : decimalType;
  if (temporal(a) && numeric(b)) return a.kind === 'date' ? dateType : datetimeType;
  if (temporal(b) && numeric(a) && operator === '+') return b.kind === 'date' ? dateType : datetimeType;
  return undefined;
}

function arithmeticVerdict(node: BinaryNode, a: FormulaType, b: FormulaType): Verdict {
  const { operator } = node;
  if (numeric(a) && numeric(b)) {
    const exact = operator !== '/' && operator !== '^' && whole(a) && whole(b);
    return { type: exact ? integerType : decimalType };
  }
  if (operator === '+' || operator === '-') {
    const type = dateVerdict(operator, a, b);
    if (type !== undefined) return { type };
  }
  if (a.kind === 'union' || b.kind === 'union') {
    const bad = [...membersOf(a), ...membersOf(b)].every(
      (member) => member.kind === 'text' || member.kind === 'record',
    );
    if (!bad) return { type: decimalType };
  }
  const [side, type] = numeric(a) || (temporal(a) && !temporal(b)) ? [node.right, b] : [node.left, a];
  const refusal: OperatorRefusal = {
    message: `The operator ${operator} needs numbers, but this is ${describeType(type)}.`,
    hint: 'Use a value of the right type here.',
    at: side,
  };
  if (type.kind === 'text') {
    refusal.hint =
      operator === '+'
        ? 'Join texts with &. Text never becomes a number by itself: use VALUE.'
        : 'Text never becomes a number by itself: use VALUE.';
    const fix = asNumberFix(side);
    if (fix !== undefined) refusal.fix = fix;
  }
  return { type: decimalType, refusal };
}

/** The result type of `left operator right`; lists are worked through element by element. */
export function binaryType(node: BinaryNode, left: FormulaType, right: FormulaType): Verdict {
  const [a, b] = [elementOf(left), elementOf(right)];
  const isList = mayBeList(left) || mayBeList(right);
  let verdict: Verdict;
  if (comparisons.has(node.operator)) verdict = compareVerdict(node, a, b);
  else if (node.operator === '&') {
    const side = a.kind === 'record' ? node.left : b.kind === 'record' ? node.right : undefined;
    verdict =
      side === undefined
        ? { type: textType }
        : {
            type: textType,
            refusal: { message: 'A record cannot be joined as text.', hint: 'Choose a field of the record.', at: side },
          };
  } else verdict = arithmeticVerdict(node, a, b);
  return isList ? { ...verdict, type: listOf(verdict.type) } : verdict;
}

/** The result type of `-x`, `+x`, `x%`. */
export function unaryType(operator: '-' | '+' | '%', operand: FormulaType): { type: FormulaType; message?: string } {
  if (operator === '+') return { type: operand };
  const element = elementOf(operand);
  const result = operator === '-' && whole(element) ? integerType : decimalType;
  const type = operand.kind === 'list' ? listOf(result) : result;
  if (numeric(element) || element.kind === 'union') return element === errorType ? { type: errorType } : { type };
  return { type, message: `The operator ${operator} needs a number, but this is ${describeType(operand)}.` };
}
