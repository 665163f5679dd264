/** Completion: what may stand at the cursor, best first. Pure, for any editor. */
import type { Fields, Value } from '../model/record.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { type FormulaEnvironment, offeredFields, resolveField } from './environment.ts';
import { signatureOf } from './functions/declare.ts';
import { allFunctions, findFunction } from './functions/index.ts';
import { startOf } from './lexer.ts';
import { showRecordValue } from './show.ts';
import { describeType, typeOfParameter } from './types.ts';
import type { Range } from './value.ts';

/** A proposal. `insert` replaces the range; `cursor` is where to put the cursor, in characters behind its start. */
export interface Completion {
  kind: 'field' | 'function' | 'parameter' | 'value' | 'table' | 'column';
  label: string;
  insert: string;
  cursor: number;
  /** Its type, or a function's signature. */
  detail: string;
  documentation: string;
  /** Its value in the sample record. */
  sample?: string;
}

/** Proposals and the part of the text that they replace. */
export interface Completions {
  range: Range;
  items: Completion[];
}

/** A record whose values are shown beside the fields. */
export interface Sample {
  item: Fields;
  root: Fields;
}

/** The value at a path of a record; the first element stands for a list that is walked through. */
export function sampleValue(sample: Sample | undefined, path: string): Value | undefined {
  if (sample === undefined) return undefined;
  let value: Value | undefined = path.startsWith('/') ? sample.root : sample.item;
  for (const part of path.replace(/^\//, '').split('.')) {
    if (Array.isArray(value)) value = value[0];
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, part))
      return undefined;
    value = value[part];
  }
  return value;
}

const plain = (text: string): string => text.toLowerCase().replace(/[\s_]/g, '');

/** How well a name fits what is written: 0 begins with it, 1 a part of it does, 2 contains it; undefined not at all. */
function closeness(written: string, ...names: readonly string[]): number | undefined {
  const wanted = plain(written);
  let best: number | undefined;
  for (const name of names) {
    const candidate = plain(name);
    const part = name.split(/[.\s_/]/).some((piece) => plain(piece).startsWith(wanted));
    const score = candidate.startsWith(wanted) ? 0 : part ? 1 : candidate.includes(wanted) ? 2 : undefined;
    if (score !== undefined && (best === undefined || score < best)) best = score;
  }
  return best;
}

function ranked<T>(all: readonly T[], score: (one: T) => number | undefined): T[] {
  return all
    .map((one, index) => ({ one, index, rank: score(one) }))
    .filter((entry): entry is { one: T; index: number; rank: number } => entry.rank !== undefined)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ one }) => one);
}

function fieldItems(environment: FormulaEnvironment, written: string, sample: Sample | undefined): Completion[] {
  const fields = ranked(offeredFields(environment), ({ path, field }) =>
    written.startsWith('/') && !path.startsWith('/')
      ? undefined
      : closeness(written.replace(/^\//, ''), path.replace(/^\//, ''), field.label),
  );
  return fields.map(({ path, field, type }) => {
    const insert = `[${path.replaceAll(']', ']]')}]`;
    const value = sampleValue(sample, path);
    const item: Completion = {
      kind: 'field',
      label: path,
      insert,
      cursor: insert.length,
      detail: describeType(type),
      documentation: [field.label === field.name ? '' : field.label, field.description ?? '']
        .filter(Boolean)
        .join('. '),
    };
    if (value !== undefined) item.sample = showRecordValue(value);
    else if (field.example !== undefined) item.sample = field.example;
    return item;
  });
}

function functionItems(written: string): Completion[] {
  return ranked(allFunctions, (declaration) => closeness(written, declaration.name)).map((declaration) => {
    const takesNone = declaration.parameters.length === 0 && declaration.rest.length === 0;
    const insert = `${declaration.name}()`;
    return {
      kind: 'function',
      label: declaration.name,
      insert,
      cursor: takesNone ? insert.length : insert.length - 1,
      detail: signatureOf(declaration),
      documentation: declaration.summary,
    };
  });
}

function parameterItems(environment: FormulaEnvironment, written: string): Completion[] {
  const names = ranked(Object.entries(environment.parameters), ([name]) => closeness(written, name));
  return names.map(([name, { type }]) => ({
    kind: 'parameter',
    label: name,
    insert: name,
    cursor: name.length,
    detail: describeType(typeOfParameter(type)),
    documentation: 'Parameter of the flow.',
  }));
}

const quoted = (kind: 'value' | 'column', text: string, detail: string): Completion => {
  const insert = `"${text.replaceAll('"', '""')}"`;
  return { kind, label: text, insert, cursor: insert.length, detail, documentation: '' };
};

/** Texts that fit at the cursor: columns of the mapping table, or permitted values of the field it is compared with. */
function textItems(cursor: Cursor, environment: FormulaEnvironment): Completion[] {
  const { call, before, token } = cursor;
  const table = call?.args[0]?.[0];
  if (
    call !== undefined &&
    call.argument > 0 &&
    findFunction(call.name)?.name === 'MAPCODE' &&
    table?.kind === 'text'
  ) {
    const schema = environment.table?.(table.value);
    return (schema?.targets ?? []).map((column) =>
      quoted('column', column.name, column.label ?? describeType({ kind: column.type })),
    );
  }
  const operator = token?.kind === 'operator' ? token : before;
  if (operator?.kind !== 'operator' || !['=', '<>'].includes(operator.value)) return [];
  const path = cursor.comparedField;
  const found =
    path === undefined ? undefined : resolveField(environment, path.replace(/^\//, ''), path.startsWith('/'));
  const field = found?.steps[found.steps.length - 1];
  return (field?.permitted ?? []).map((value) => quoted('value', value, `value of ${field?.label ?? 'the field'}`));
}

/**
 * What may stand at the cursor. Fields come with type and sample value, functions with their signature.
 * @param offset the cursor, in characters from the start of the text.
 */
export function completeFormula(
  text: string,
  offset: number,
  environment: FormulaEnvironment,
  sample?: Sample,
): Completions {
  const at = Math.max(offset, startOf(text));
  const cursor = cursorAt(text, at);
  const { token } = cursor;
  const texts = textItems(cursor, environment);
  if (token?.kind === 'field' || (token?.kind === 'bad' && text[token.start] === '[')) {
    const isOpen = token.kind === 'bad';
    if (!isOpen && token.end <= at) return { range: { start: at, end: at }, items: [] };
    const written = text.slice(token.start + 1, at).trim();
    const rest = /^[^\],;()"[\s]*\]?/.exec(text.slice(at))?.[0].length ?? 0;
    return {
      range: { start: token.start, end: isOpen ? at + rest : token.end },
      items: fieldItems(environment, written, sample),
    };
  }
  if (token?.kind === 'text' || (token?.kind === 'bad' && text[token.start] === '"')) {
    const end = token.kind === 'text' ? token.end : at;
    const written = text.slice(token.start + 1, at);
    return {
      range: { start: token.start, end },
      items: texts.filter((item) => closeness(written, item.label) !== undefined),
    };
  }
  if (token?.kind === 'name') {
    const written = text.slice(token.start, at);
    const items = [
      ...parameterItems(environment, written),
      ...functionItems(written),
      ...fieldItems(environment, written, sample),
    ];
    return { range: { start: token.start, end: token.end }, items };
  }
  const afterValue = token !== undefined && ['number', 'date', 'error', 'close', 'closeList'].includes(token.kind);
  if (afterValue) return { range: { start: at, end: at }, items: [] };
  const items = [
    ...texts,
    ...fieldItems(environment, '', sample),
    ...parameterItems(environment, ''),
    ...functionItems(''),
  ];
  return { range: { start: at, end: at }, items };
}
