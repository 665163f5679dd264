/** Checked tree → closures. What is known from types is decided here, once; evaluation only calls. */
import { add, type Decimal, multiply, subtract } from '../model/decimal.ts';
import type { FieldSchema, Fields, FieldType, Value } from '../model/record.ts';
import type { BinaryNode, FieldNode, FormulaNode, ListNode, NameNode, UnaryNode } from './ast.ts';
import type { Analysis } from './check.ts';
import { compileCall } from './compile-call.ts';
import type { FormulaEnvironment } from './environment.ts';
import type { Frame } from './functions/declare.ts';
import { applyBinary, applyUnary } from './operators.ts';
import {
  FormulaError,
  fail,
  isDecimal,
  type Runtime,
  RuntimeRecord,
  readBoolean,
  readDate,
  readInstant,
  readNumber,
  readText,
} from './value.ts';

/** A compiled part of a formula. */
export type Evaluator = (frame: Frame) => Runtime;

/** What compiling works with. `watch` is told every part's value, for explaining. */
export interface CompileContext {
  text: string;
  analysis: Analysis;
  environment: FormulaEnvironment;
  watch?: (node: FormulaNode, value: Runtime) => void;
}

type Reader = (raw: Value | undefined, name: string) => Runtime;

const readers: Readonly<Record<Exclude<FieldType, 'list' | 'record'>, Reader>> = {
  text: readText,
  integer: readNumber,
  decimal: readNumber,
  boolean: readBoolean,
  date: readDate,
  datetime: readInstant,
};

const readRecord: Reader = (raw, name) => {
  if (raw === null || raw === undefined) return null;
  return typeof raw === 'object' && !Array.isArray(raw)
    ? new RuntimeRecord(raw)
    : fail('#VALUE!', `${name} should hold a record but holds something else.`, name);
};

function readerOf(field: FieldSchema): Reader {
  if (field.type === 'record') return readRecord;
  if (field.type !== 'list') return readers[field.type];
  const element = field.fields === undefined ? readers[field.of ?? 'text'] : readRecord;
  return (raw, name) => {
    if (raw === null || raw === undefined) return [];
    return Array.isArray(raw)
      ? raw.map((one) => element(one, name))
      : fail('#VALUE!', `${name} should hold a list but holds something else.`, name);
  };
}

/** A record's own field; never something it inherits. */
function own(fields: Fields, name: string): Value | undefined {
  const value = fields[name];
  return typeof value === 'string' || value === undefined || Object.hasOwn(fields, name) ? value : undefined;
}

/** Walks to a value; behind a list, the values of its elements as one flat list. */
function walk(
  value: Value | undefined,
  steps: readonly FieldSchema[],
  at: number,
  read: Reader,
  name: string,
): Runtime {
  const step = steps[at];
  if (step === undefined) return read(value, name);
  if (Array.isArray(value)) {
    const all: Runtime[] = [];
    for (const element of value) {
      const one = walk(element, steps, at, read, name);
      if (Array.isArray(one)) all.push(...(one as readonly Runtime[]));
      else all.push(one);
    }
    return all;
  }
  const inside = typeof value === 'object' && value !== null ? own(value, step.name) : undefined;
  if (inside === undefined && steps[at]?.type === 'list') return [];
  return walk(inside, steps, at + 1, read, name);
}

function compileField(node: FieldNode, context: CompileContext): Evaluator {
  const found = context.analysis.fields.get(node);
  const first = found?.steps[0];
  const last = found?.steps[found.steps.length - 1];
  if (found === undefined || first === undefined || last === undefined)
    return () => fail('#REF!', `There is no field ${node.path}.`);
  const name = `[${node.fromRoot ? '/' : ''}${node.path}]`;
  const read = readerOf(last);
  const { steps } = found;
  const fromList = steps.slice(0, -1).some((step) => step.type === 'list');
  let evaluate: Evaluator;
  if (steps.length === 1) {
    const key = first.name;
    evaluate =
      found.scope === 'item'
        ? (frame) => read(own(frame.scope.item, key), name)
        : (frame) => read(own(frame.scope.root, key), name);
  } else {
    const start = found.scope;
    evaluate = (frame) => walk(frame.scope[start], steps, 0, read, name);
  }
  const listed = fromList ? evaluate : undefined;
  const whole = (frame: Frame): Runtime => {
    const value = listed === undefined ? evaluate(frame) : listed(frame);
    if (fromList && value === null) return [];
    if (value instanceof FormulaError) value.range = node.range;
    else if (Array.isArray(value)) frame.spend(value.length);
    return value;
  };
  return whole;
}

function compileName(node: NameNode, context: CompileContext): Evaluator {
  const name = Object.keys(context.environment.parameters).find((one) => one.toLowerCase() === node.name.toLowerCase());
  const type = name === undefined ? undefined : context.environment.parameters[name]?.type;
  if (name === undefined || type === undefined) return () => fail('#NAME?', `There is no parameter ${node.name}.`);
  const read = type === 'list' || type === 'record' ? readText : readers[type];
  return (frame) => read(own(frame.scope.parameters, name), name);
}

function compileList(node: ListNode, context: CompileContext): Evaluator {
  const elements = node.elements.map((element) => compileNode(element, context));
  return (frame) => {
    const all: Runtime[] = [];
    for (const element of elements) {
      const value = element(frame);
      if (Array.isArray(value)) all.push(...(value as readonly Runtime[]));
      else all.push(value);
    }
    frame.spend(all.length);
    return all;
  };
}

/** Operators that are fast between two everyday decimals; all others and all other values take the general way. */
const fast: Readonly<Partial<Record<BinaryNode['operator'], (a: Decimal, b: Decimal) => Decimal>>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
};

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
  const quick = fast[operator];
  if (quick === undefined) return (frame) => general(frame, left(frame), right(frame));
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (isDecimal(a) && isDecimal(b)) {
      const result = quick(a, b);
      if (typeof result.units === 'number') return result;
    }
    return general(frame, a, b);
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
