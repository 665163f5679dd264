/** Field references and parameters → closures that read a record's own values, never what it inherits. */
import { isNormalText, tryParse } from '../model/decimal.ts';
import type { FieldSchema, Fields, FieldType, Value } from '../model/record.ts';
import { type Item, type Layout, readField, wholeRecords } from '../model/record-view.ts';
import type { FieldNode, FormulaNode, NameNode } from './ast.ts';
import type { CompileContext, Evaluator } from './compile.ts';
import type { FoundField } from './environment.ts';
import type { Frame } from './functions/declare.ts';
import { maxTextLength } from './limits.ts';
import {
  FormulaError,
  fail,
  type Runtime,
  RuntimeRecord,
  readBoolean,
  readDate,
  readInstant,
  readNumber,
  readText,
} from './value.ts';

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

interface Step {
  get: (fields: Fields) => Value | undefined;
  isList: boolean;
}

/** Walks to a value; behind a list, the values of its elements as one flat list. */
function walk(value: Value | undefined, steps: readonly Step[], at: number, read: Reader, name: string): Runtime {
  const step = steps[at];
  if (step === undefined) return read(value, name);
  if (Array.isArray(value)) {
    const all: Runtime[] = [];
    for (const element of value) {
      const one = walk(element, steps, at, read, name);
      if (Array.isArray(one)) for (const inner of one as readonly Runtime[]) all.push(inner);
      else all.push(one);
    }
    return all;
  }
  const inside = typeof value === 'object' && value !== null ? step.get(value) : undefined;
  if (inside === undefined && step.isList) return [];
  return walk(inside, steps, at + 1, read, name);
}

/** How the items of a scope are read. */
const layoutOf = (found: FoundField, context: CompileContext): Layout =>
  context.environment.layouts?.[found.scope] ?? wholeRecords;

/** How to get at the raw value of a field that no list is in front of. */
function rawReader(found: FoundField, context: CompileContext): (item: Item) => Value | undefined {
  return layoutOf(found, context).path(found.steps.map((step) => step.name));
}

const isBehindList = (steps: readonly FieldSchema[]): boolean =>
  steps.slice(0, -1).some((step) => step.type === 'list');

/** The short way of a formula that is nothing but a field of text or numbers. */
export interface DirectField {
  scope: FoundField['scope'];
  isNumber: boolean;
  /** What stands in the record: where it is a text, and one that isNormalText for a number, it is the formula's value. */
  read: (item: Item) => Value | undefined;
}

/** The short way of a formula, where it has one. */
export function directField(node: FormulaNode, context: CompileContext): DirectField | undefined {
  const found = node.kind === 'field' ? context.analysis.fields.get(node) : undefined;
  const type = found?.steps[found.steps.length - 1]?.type;
  if (found === undefined || isBehindList(found.steps)) return undefined;
  if (type !== 'text' && type !== 'decimal' && type !== 'integer') return undefined;
  return { scope: found.scope, isNumber: type !== 'text', read: rawReader(found, context) };
}

/** A text that is put together of fields and literals as they stand; undefined where the long way has to be taken. */
export type DirectText = (item: Item, root: Item) => string | undefined;

/** The short way of a formula that joins texts and numbers with `&`, where it is nothing else. */
export function directText(node: FormulaNode, context: CompileContext): DirectText | undefined {
  if (node.kind === 'group') return directText(node.inner, context);
  if (node.kind === 'literal') {
    const { value } = node;
    return typeof value === 'string' ? () => value : undefined;
  }
  if (node.kind === 'binary' && node.operator === '&') {
    const [left, right] = [directText(node.left, context), directText(node.right, context)];
    if (left === undefined || right === undefined) return undefined;
    return (item, root) => {
      const a = left(item, root);
      const b = a === undefined ? undefined : right(item, root);
      return a === undefined || b === undefined || a.length + b.length > maxTextLength ? undefined : a + b;
    };
  }
  const field = directField(node, context);
  if (field === undefined) return undefined;
  const { scope, isNumber, read } = field;
  return (item, root) => {
    const value = read(scope === 'item' ? item : root);
    return typeof value === 'string' && (!isNumber || isNormalText(value)) ? value : undefined;
  };
}

/** Reads a field that has a list in front of it: the values of the list's elements as one flat list. */
function listReader(found: FoundField, context: CompileContext, read: Reader, name: string): (item: Item) => Runtime {
  const { steps } = found;
  const path = steps.map((step): Step => ({ get: readField(step.name), isList: step.type === 'list' }));
  const names = steps.map((step) => step.name);
  const layout = layoutOf(found, context);
  const from = (value: Value | undefined, at: number): Runtime =>
    value === undefined && path[at]?.isList === true ? [] : walk(value, path, at + 1, read, name);
  const views = layout.list(names[0] ?? '');
  if (views === undefined) {
    const first = layout.path(names.slice(0, 1));
    return (item) => from(first(item), 0);
  }
  const head = views.layout.path(names.slice(1, 2));
  const isShort = steps.length === 3 && steps[1]?.type !== 'list' && steps[2]?.type !== 'list';
  const last = isShort ? path[2]?.get : undefined;
  // A number that stands where it should is read in one step; all else is looked at on the way.
  const isNumber = last !== undefined && read === readNumber;
  const direct = isNumber ? views.layout.path(names.slice(1)) : undefined;
  return (item) => {
    const all: Runtime[] = [];
    const walk = views.walk(item);
    for (let view = walk.next(); view !== undefined; view = walk.next()) {
      const text = direct?.(view);
      const number = typeof text === 'string' && text.length < 20 ? tryParse(text) : undefined;
      if (number !== undefined) {
        all.push(number);
        continue;
      }
      const value = head(view);
      const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
      const one = last !== undefined && isRecord ? read(last(value), name) : from(value, 1);
      if (Array.isArray(one)) for (const inner of one as readonly Runtime[]) all.push(inner);
      else all.push(one);
    }
    return all;
  };
}

/** Compiles a field reference. */
export function compileField(node: FieldNode, context: CompileContext): Evaluator {
  const found = context.analysis.fields.get(node);
  const last = found?.steps[found.steps.length - 1];
  if (found === undefined || last === undefined) return () => fail('#REF!', `There is no field ${node.path}.`);
  const name = `[${node.fromRoot ? '/' : ''}${node.path}]`;
  const read = readerOf(last);
  const { steps, scope } = found;
  const settle = (frame: Frame, value: Runtime): Runtime => {
    if (value instanceof FormulaError) value.range = node.range;
    else if (Array.isArray(value)) frame.spend(value.length);
    return value;
  };
  if (isBehindList(steps)) {
    const column = listReader(found, context, read, name);
    return (frame) => settle(frame, column(frame.scope[scope]));
  }
  const raw = rawReader(found, context);
  if (last.type === 'text') {
    return (frame) => {
      const value = raw(frame.scope[scope]);
      return typeof value === 'string' ? value : settle(frame, read(value, name));
    };
  }
  if (last.type === 'decimal' || last.type === 'integer') {
    return (frame) => {
      const value = raw(frame.scope[scope]);
      const number = typeof value === 'string' && value.length < 20 && value !== '' ? tryParse(value) : undefined;
      return number ?? settle(frame, read(value, name));
    };
  }
  return (frame) => settle(frame, read(raw(frame.scope[scope]), name));
}

/** Compiles the name of a parameter. */
export function compileName(node: NameNode, context: CompileContext): Evaluator {
  const name = Object.keys(context.environment.parameters).find((one) => one.toLowerCase() === node.name.toLowerCase());
  const type = name === undefined ? undefined : context.environment.parameters[name]?.type;
  if (name === undefined || type === undefined) return () => fail('#NAME?', `There is no parameter ${node.name}.`);
  const read = type === 'list' || type === 'record' ? readText : readers[type];
  const get = readField(name);
  return (frame) => read(get(frame.scope.parameters), name);
}
