/** Field references and parameters → closures that read a record's own values, never what it inherits. */
import { tryParse } from '../model/decimal.ts';
import type { FieldSchema, Fields, FieldType, Value } from '../model/record.ts';
import type { FieldNode, NameNode } from './ast.ts';
import type { CompileContext, Evaluator } from './compile.ts';
import type { FoundField } from './environment.ts';
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

/** How to read a field by its name: names that every object inherits, such as `constructor`, are looked at twice. */
const getterOf = (name: string): ((fields: Fields) => Value | undefined) =>
  name in Object.prototype ? (fields) => own(fields, name) : (fields) => fields[name];

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
      if (Array.isArray(one)) for (const inner of one as readonly Runtime[]) all.push(inner);
      else all.push(one);
    }
    return all;
  }
  const inside = typeof value === 'object' && value !== null ? own(value, step.name) : undefined;
  if (inside === undefined && step.type === 'list') return [];
  return walk(inside, steps, at + 1, read, name);
}

type Get = (fields: Fields) => Value | undefined;

/** One step further, where there is a record to step into. */
const behind =
  (outer: Get, inner: Get): Get =>
  (fields) => {
    const value = outer(fields);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? inner(value) : undefined;
  };

/** How to get at the raw value of a field that no list is in front of. */
function rawReader(found: FoundField): (frame: Frame) => Value | undefined {
  const get = found.steps.map((step) => getterOf(step.name)).reduce(behind);
  return found.scope === 'item' ? (frame) => get(frame.scope.item) : (frame) => get(frame.scope.root);
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
  if (steps.slice(0, -1).some((step) => step.type === 'list')) {
    return (frame) => settle(frame, walk(frame.scope[scope], steps, 0, read, name) ?? []);
  }
  const raw = rawReader(found);
  if (last.type === 'text') {
    return (frame) => {
      const value = raw(frame);
      return typeof value === 'string' ? value : settle(frame, read(value, name));
    };
  }
  if (last.type === 'decimal' || last.type === 'integer') {
    return (frame) => {
      const value = raw(frame);
      const number = typeof value === 'string' && value.length < 20 && value !== '' ? tryParse(value) : undefined;
      return number ?? settle(frame, read(value, name));
    };
  }
  return (frame) => settle(frame, read(raw(frame), name));
}

/** Compiles the name of a parameter. */
export function compileName(node: NameNode, context: CompileContext): Evaluator {
  const name = Object.keys(context.environment.parameters).find((one) => one.toLowerCase() === node.name.toLowerCase());
  const type = name === undefined ? undefined : context.environment.parameters[name]?.type;
  if (name === undefined || type === undefined) return () => fail('#NAME?', `There is no parameter ${node.name}.`);
  const read = type === 'list' || type === 'record' ? readText : readers[type];
  return (frame) => read(own(frame.scope.parameters, name), name);
}
