/** Static types of formulas. */
import type { FieldSchema, FieldType } from '../model/record.ts';

/** Types without parts. `blank` fits everywhere; `error` is what NA() has and joins with any type. */
export type ScalarKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'datetime' | 'blank' | 'error';

/** The type of an expression. A blank is possible in every type. */
export type FormulaType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly of: FormulaType }
  | { readonly kind: 'record'; readonly fields: readonly FieldSchema[] }
  | { readonly kind: 'union'; readonly of: readonly FormulaType[] };

export const textType: FormulaType = { kind: 'text' };
export const integerType: FormulaType = { kind: 'integer' };
export const decimalType: FormulaType = { kind: 'decimal' };
export const booleanType: FormulaType = { kind: 'boolean' };
export const dateType: FormulaType = { kind: 'date' };
export const datetimeType: FormulaType = { kind: 'datetime' };
export const blankType: FormulaType = { kind: 'blank' };
export const errorType: FormulaType = { kind: 'error' };

/** A list of something; a list of lists becomes one list, as evaluation makes it. */
export const listOf = (of: FormulaType): FormulaType => (of.kind === 'list' ? of : { kind: 'list', of });

const scalars: Readonly<Record<ScalarKind, FormulaType>> = {
  text: textType,
  integer: integerType,
  decimal: decimalType,
  boolean: booleanType,
  date: dateType,
  datetime: datetimeType,
  blank: blankType,
  error: errorType,
};

/** The type of a field of a record. */
export function typeOfField(field: FieldSchema): FormulaType {
  if (field.type === 'record') return { kind: 'record', fields: field.fields ?? [] };
  if (field.type === 'list') {
    return listOf(field.fields === undefined ? scalars[field.of ?? 'text'] : { kind: 'record', fields: field.fields });
  }
  return scalars[field.type];
}

/** The type of a flow parameter. */
export const typeOfParameter = (type: FieldType): FormulaType =>
  type === 'record' || type === 'list' ? textType : scalars[type];

/** The field schema that holds values of a type; unions of different types are held as text. */
export function fieldOfType(name: string, type: FormulaType): FieldSchema {
  if (type.kind === 'record') return { name, label: name, type: 'record', fields: type.fields };
  if (type.kind === 'list') {
    if (type.of.kind === 'record') return { name, label: name, type: 'list', fields: type.of.fields };
    const of = fieldOfType(name, type.of).type;
    return { name, label: name, type: 'list', of: of === 'record' || of === 'list' ? 'text' : of };
  }
  if (type.kind === 'union' || type.kind === 'blank' || type.kind === 'error')
    return { name, label: name, type: 'text' };
  return { name, label: name, type: type.kind };
}

/** The alternatives of a type. */
export const membersOf = (type: FormulaType): readonly FormulaType[] => (type.kind === 'union' ? type.of : [type]);

const sameType = (a: FormulaType, b: FormulaType): boolean =>
  a === b ||
  (a.kind === b.kind &&
    (a.kind === 'list' && b.kind === 'list'
      ? sameType(a.of, b.of)
      : a.kind !== 'record' || b.kind !== 'record' || a.fields === b.fields));

/** The type of "this or that". */
export function unite(a: FormulaType, b: FormulaType): FormulaType {
  if (sameType(a, b)) return a;
  if (a.kind === 'blank' || a.kind === 'error') return b.kind === 'error' ? a : b;
  if (b.kind === 'blank' || b.kind === 'error') return a;
  if (isNumber(a) && isNumber(b) && a.kind !== 'union' && b.kind !== 'union') return decimalType;
  if (a.kind === 'list' && b.kind === 'list') return listOf(unite(a.of, b.of));
  const members: FormulaType[] = [];
  for (const member of [...membersOf(a), ...membersOf(b)]) {
    const at = members.findIndex((one) => sameType(one, member) || (isNumber(one) && isNumber(member)));
    const found = members[at];
    if (found === undefined) members.push(member);
    else if (!sameType(found, member)) members[at] = decimalType;
  }
  return members.length === 1 && members[0] !== undefined ? members[0] : { kind: 'union', of: members };
}

/** The type of "one of these". */
export const uniteAll = (types: readonly FormulaType[]): FormulaType => types.reduce(unite, blankType);

/** Whether every alternative is a number. */
export const isNumber = (type: FormulaType): boolean =>
  membersOf(type).every((member) => member.kind === 'integer' || member.kind === 'decimal');

/** Whether some alternative is a list. */
export const mayBeList = (type: FormulaType): boolean => membersOf(type).some((member) => member.kind === 'list');

/** The type of one element, where a list is handed over as single values. */
export const elementOf = (type: FormulaType): FormulaType => (type.kind === 'list' ? type.of : type);

const words: Readonly<Record<ScalarKind, string>> = {
  text: 'text',
  integer: 'a whole number',
  decimal: 'a number',
  boolean: 'TRUE or FALSE',
  date: 'a date',
  datetime: 'a moment (date and time)',
  blank: 'blank',
  error: 'an error',
};

const plural: Readonly<Record<ScalarKind, string>> = {
  text: 'texts',
  integer: 'whole numbers',
  decimal: 'numbers',
  boolean: 'TRUE/FALSE values',
  date: 'dates',
  datetime: 'moments',
  blank: 'blanks',
  error: 'errors',
};

/** A type in the words of messages: "a number", "a list of texts", "a date or text". */
export function describeType(type: FormulaType): string {
  if (type.kind === 'union') return type.of.map(describeType).join(' or ');
  if (type.kind === 'record') return 'a record';
  if (type.kind !== 'list') return words[type.kind];
  if (type.of.kind === 'record') return 'a list of records';
  if (type.of.kind === 'union' || type.of.kind === 'list') return 'a list of mixed values';
  return `a list of ${plural[type.of.kind]}`;
}
