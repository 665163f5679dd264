/** Field references and parameters → closures that read a record's own values, never what it inherits. */
import { isNormalText, tryParse } from '../model/decimal.ts';
import type { FieldSchema, Fields, FieldType, Value } from '../model/record.ts';
import type { FieldNode, FormulaNode, NameNode } from './ast.ts';
import type { CompileContext, Evaluator } from './compile.ts';
import type { FormulaScope, FoundField } from './environment.ts';
import type { Frame } from './functions/declare.ts';
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

/** A record's own field. What it inherits is never a text, so a text needs no second look. */
function own(fields: Fields, name: string): Value | undefined {
  const value = fields[name];
  return typeof value === 'string' || value === undefined || Object.hasOwn(fields, name) ? value : undefined;
}

type Getter = (fields: Fields) => Value | undefined;

/** Reads one field. Only for names that every object inherits something by does it have to ask whose the value is. */
const getter = (name: string): Getter =>
  name in Object.prototype ? (fields) => own(fields, name) : (fields) => fields[name];

interface Step {
  get: Getter;
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

/** Reads a field through records only. */
function pathGetter(names: readonly string[]): Getter {
  const [first = '', ...rest] = names;
  const outer = getter(first);
  if (rest.length === 0) return outer;
  const inner = pathGetter(rest);
  return (fields) => {
    const value = outer(fields);
    return typeof value !== 'object' || value === null || Array.isArray(value) ? undefined : inner(value);
  };
}

/** How to get at the raw value of a field that no list is in front of. */
function rawReader(found: FoundField): (scope: FormulaScope) => Value | undefined {
  const get = pathGetter(found.steps.map((step) => step.name));
  return found.scope === 'item' ? (scope) => get(scope.item) : (scope) => get(scope.root);
}

const isBehindList = (steps: readonly FieldSchema[]): boolean =>
  steps.slice(0, -1).some((step) => step.type === 'list');

/**
 * The short way of a formula that is nothing but a field of text or numbers: its value as it stands in the record. Undefined, for a
 * formula or for one record, means that the long way has to be taken.
 */
export function directField(
  node: FormulaNode,
  context: CompileContext,
): ((scope: FormulaScope) => string | undefined) | undefined {
  const found = node.kind === 'field' ? context.analysis.fields.get(node) : undefined;
  const type = found?.steps[found.steps.length - 1]?.type;
  if (found === undefined || isBehindList(found.steps)) return undefined;
  if (type !== 'text' && type !== 'decimal' && type !== 'integer') return undefined;
  const raw = rawReader(found);
  if (type === 'text') {
    return (scope) => {
      const value = raw(scope);
      return typeof value === 'string' ? value : undefined;
    };
  }
  return (scope) => {
    const value = raw(scope);
    return typeof value === 'string' && isNormalText(value) ? value : undefined;
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
    const path = steps.map((step): Step => ({ get: getter(step.name), isList: step.type === 'list' }));
    return (frame) => settle(frame, walk(frame.scope[scope], path, 0, read, name) ?? []);
  }
  const raw = rawReader(found);
  if (last.type === 'text') {
    return (frame) => {
      const value = raw(frame.scope);
      return typeof value === 'string' ? value : settle(frame, read(value, name));
    };
  }
  if (last.type === 'decimal' || last.type === 'integer') {
    return (frame) => {
      const value = raw(frame.scope);
      const number = typeof value === 'string' && value.length < 20 && value !== '' ? tryParse(value) : undefined;
      return number ?? settle(frame, read(value, name));
    };
  }
  return (frame) => settle(frame, read(raw(frame.scope), name));
}

/** Compiles the name of a parameter. */
export function compileName(node: NameNode, context: CompileContext): Evaluator {
  const name = Object.keys(context.environment.parameters).find((one) => one.toLowerCase() === node.name.toLowerCase());
  const type = name === undefined ? undefined : context.environment.parameters[name]?.type;
  if (name === undefined || type === undefined) return () => fail('#NAME?', `There is no parameter ${node.name}.`);
  const read = type === 'list' || type === 'record' ? readText : readers[type];
  return (frame) => read(own(frame.scope.parameters, name), name);
}
