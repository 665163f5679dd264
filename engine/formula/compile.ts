/** Checked tree → closures. What is known from types is decided here, once; evaluation only calls. */
import { add, compare, type Decimal, multiply, subtract } from '../model/decimal.ts';
import type { BinaryNode, FormulaNode, ListNode, UnaryNode } from './ast.ts';
import type { Analysis } from './check.ts';
import { compileCall } from './compile-call.ts';
import { compileField, compileName } from './compile-field.ts';
import type { FormulaEnvironment } from './environment.ts';
import type { Frame } from './functions/declare.ts';
import { maxTextLength } from './limits.ts';
import { applyBinary, applyUnary, equalText } from './operators.ts';
import { FormulaError, fail, isDecimal, type Runtime } from './value.ts';

/** A compiled part of a formula. */
export type Evaluator = (frame: Frame) => Runtime;

/** What compiling works with. `watch` is told every part's value, for explaining. */
export interface CompileContext {
  text: string;
  analysis: Analysis;
  environment: FormulaEnvironment;
  watch?: (node: FormulaNode, value: Runtime) => void;
}

function compileList(node: ListNode, context: CompileContext): Evaluator {
  const elements = node.elements.map((element) => compileNode(element, context));
  return (frame) => {
    const all: Runtime[] = [];
    for (const element of elements) {
      const value = element(frame);
      if (Array.isArray(value)) for (const inner of value as readonly Runtime[]) all.push(inner);
      else all.push(value);
    }
    frame.spend(all.length);
    return all;
  };
}

/**
 * The everyday case of an operator: two small decimals, or two texts. Undefined where that is not what it got; the general way, which
 * knows errors, blanks, dates and lists, takes over.
 */
type Quick = (a: Runtime, b: Runtime) => Runtime | undefined;

const small = (value: Decimal): Decimal | undefined => (typeof value.units === 'number' ? value : undefined);

const quick: Readonly<Partial<Record<BinaryNode['operator'], Quick>>> = {
  '+': (a, b) => (isDecimal(a) && isDecimal(b) ? small(add(a, b)) : undefined),
  '-': (a, b) => (isDecimal(a) && isDecimal(b) ? small(subtract(a, b)) : undefined),
  '*': (a, b) => (isDecimal(a) && isDecimal(b) ? small(multiply(a, b)) : undefined),
  '=': (a, b) => (typeof a === 'string' && typeof b === 'string' ? equalText(a, b) : undefined),
  '<>': (a, b) => (typeof a === 'string' && typeof b === 'string' ? !equalText(a, b) : undefined),
  '<': (a, b) => (isDecimal(a) && isDecimal(b) ? compare(a, b) < 0 : undefined),
  '<=': (a, b) => (isDecimal(a) && isDecimal(b) ? compare(a, b) <= 0 : undefined),
  '>': (a, b) => (isDecimal(a) && isDecimal(b) ? compare(a, b) > 0 : undefined),
  '>=': (a, b) => (isDecimal(a) && isDecimal(b) ? compare(a, b) >= 0 : undefined),
};

/** Two texts made one, which is what `&` mostly does; `constant` is what stands behind it where that is written out. */
function joined(
  left: Evaluator,
  right: Evaluator,
  constant: Runtime | undefined,
  general: (frame: Frame, a: Runtime, b: Runtime) => Runtime,
): Evaluator {
  const isShort = (a: string, b: string): boolean => a.length + b.length <= maxTextLength;
  if (typeof constant === 'string')
    return (frame) => {
      const a = left(frame);
      return typeof a === 'string' && isShort(a, constant) ? a + constant : general(frame, a, right(frame));
    };
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === 'string' && typeof b === 'string' && isShort(a, b) ? a + b : general(frame, a, b);
  };
}

function compileBinary(node: BinaryNode, context: CompileContext): Evaluator {
  const left = compileNode(node.left, context);
  const right = compileNode(node.right, context);
  const { operator, range } = node;
  const leftText = context.text.slice(node.left.range.start, node.left.range.end);
  const rightText = context.text.slice(node.right.range.start, node.right.range.end);
  const general = (frame: Frame, a: Runtime, b: Runtime): Runtime => {
    const result = applyBinary(operator, a, b, (elements) => frame.spend(elements));
    if (result instanceof FormulaError && result.range === undefined) {
      result.range = range;
      result.input ??= operator === '/' || isDecimal(a) ? rightText : leftText;
    }
    return result;
  };
  if (operator === '&')
    return joined(
      left,
      right,
      node.right.kind === 'literal' && context.watch === undefined ? node.right.value : undefined,
      general,
    );
  const tryQuick = quick[operator];
  if (tryQuick === undefined) return (frame) => general(frame, left(frame), right(frame));
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    return tryQuick(a, b) ?? general(frame, a, b);
  };
}

function compileUnary(node: UnaryNode, context: CompileContext): Evaluator {
  const operand = compileNode(node.operand, context);
  return (frame) => {
    const result = applyUnary(node.operator, operand(frame));
    if (result instanceof FormulaError) result.range ??= node.range;
    return result;
  };
}

function compilePlain(node: FormulaNode, context: CompileContext): Evaluator {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'error':
      return () => {
        const error = fail(node.error, `The formula says ${node.error} here.`);
        error.range = node.range;
        return error;
      };
    case 'list':
      return compileList(node, context);
    case 'field':
      return compileField(node, context);
    case 'name':
      return compileName(node, context);
    case 'call':
      return compileCall(node, context, compileNode);
    case 'binary':
      return compileBinary(node, context);
    case 'unary':
      return compileUnary(node, context);
    case 'group':
      return compileNode(node.inner, context);
  }
}

/** Compiles a part of a checked formula. */
export function compileNode(node: FormulaNode, context: CompileContext): Evaluator {
  const evaluate = compilePlain(node, context);
  const { watch } = context;
  if (watch === undefined) return evaluate;
  return (frame) => {
    const value = evaluate(frame);
    watch(node, value);
    return value;
  };
}
