/** Lists as Procore gives them: paging with Link, Total and Per-Page, filters that are ignored when unknown, views. */
import { json, type SimulatorAnswer, type SimulatorRequest } from '../../kit/simulator/route.ts';
import { type Row, rowOf, textOf } from './rows.ts';
import type { ProcoreState } from './state.ts';

export type ProcoreRequest = SimulatorRequest<ProcoreState>;

/** Who changes something: a call of the API, or a person in Procore. */
export type Editor = Pick<ProcoreRequest, 'state' | 'services' | 'marks'> & { byHand?: true };

/** Something with rows that need not exist before they are asked for. */
export interface RowSource {
  length: number;
  at(index: number): Row;
}

/** How a list is paged and filtered. */
export interface ListRules {
  perPage?: number;
  most?: number;
  /** Lists that declare no paging give everything at once. */
  paged?: boolean;
  /** Filters the list knows: name in `filters[…]` and the row's field. Others are ignored. */
  filters?: Readonly<Record<string, string>>;
  /** Version 2 wraps in `{data}` and writes ids as text. */
  envelope?: boolean;
}

/** A list as a source. */
export const sourceOf = (rows: readonly Row[]): RowSource => ({
  length: rows.length,
  at: (index) => rows[index] ?? {},
});

/** Reads `a...b`, with or without quotes; both ends included (assumed). */
export function inRange(range: string, value: string): boolean {
  const [from = '', to = ''] = range.replace(/^"|"$/g, '').split('...');
  const at = Date.parse(value);
  return at >= Date.parse(from) && at <= Date.parse(to.length === 10 ? `${to}T23:59:59Z` : to);
}

/** A filter of a request: which field, and its values or its range. */
type Wanted = (row: Row) => boolean;

/** The filters that a list knows. Several values need the array form `[]`; of a repeated plain name the last one counts. */
function wantedOf(request: ProcoreRequest, rules: ListRules): Wanted[] {
  const query = new URLSearchParams(request.query.text);
  const known = { created_at: 'created_at', updated_at: 'updated_at', ...rules.filters };
  return Object.entries(known).flatMap(([name, field]): Wanted[] => {
    const values = [...query.getAll(`filters[${name}][]`), ...query.getAll(`filters[${name}]`).slice(-1)];
    const [first] = values;
    if (first === undefined) return [];
    const path = field.split('.');
    const fieldOf = (row: Row): string => textOf(path.reduce<unknown>((inner, part) => rowOf(inner)[part], row)) ?? '';
    return [first.includes('...') ? (row) => inRange(first, fieldOf(row)) : (row) => values.includes(fieldOf(row))];
  });
}

function filtered(request: ProcoreRequest, rules: ListRules, source: RowSource): RowSource {
  const wanted = request.marks.has('ignore-filters') ? [] : wantedOf(request, rules);
  if (wanted.length === 0) return source;
  const hits: number[] = [];
  for (let index = 0; index < source.length; index += 1) {
    const row = source.at(index);
    if (wanted.every((passes) => passes(row))) hits.push(index);
  }
  return { length: hits.length, at: (index) => source.at(hits[index] ?? -1) };
}

function links(request: ProcoreRequest, page: number, pages: number, perPage: number): string {
  // As in the guide's own example, the addresses have lost the other parameters of the request.
  const link = (name: string, target: number): string =>
    `<${request.services.address}${request.path}?page=${target}&per_page=${perPage}>; rel="${name}"`;
  const found: string[] = [];
  if (page > 1) found.push(link('first', 1));
  if (page > 2) found.push(link('prev', page - 1));
  if (page < pages) found.push(link('next', page + 1));
  if (pages > 1) found.push(link('last', pages));
  return found.join(', ');
}

const idsAsText = (value: unknown, name = ''): unknown => {
  if (Array.isArray(value)) return value.map((inner) => idsAsText(inner));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, idsAsText(inner, key)]));
  }
  return typeof value === 'number' && (name === 'id' || name.endsWith('_id')) ? String(value) : value;
};

/** Version 2's shape of a record. */
export const enveloped = (row: unknown): Row => ({ data: idsAsText(row) });

/** The list as it is once its first row was deleted, which happens between page 1 and page 2: all others move up by one. */
function withoutFirst(request: ProcoreRequest, source: RowSource): RowSource {
  const list = `${request.path}?${request.query.text.replace(/&?\b(page|per_page)=\d+/g, '')}`;
  const { shortened } = request.state;
  if (Number(request.query.get('page') ?? '1') > 1) shortened.add(list);
  return shortened.has(list) ? { length: Math.max(0, source.length - 1), at: (index) => source.at(index + 1) } : source;
}

/** Answers a list. */
export function answerList(request: ProcoreRequest, all: RowSource, rules: ListRules = {}): SimulatorAnswer {
  const found = filtered(request, rules, all);
  const source = request.marks.has('drop-row') ? withoutFirst(request, found) : found;
  const wrap = (rows: Row[]): unknown => (rules.envelope === true ? enveloped(rows) : rows);
  if (rules.paged === false)
    return json(200, wrap(Array.from({ length: source.length }, (_, index) => source.at(index))));
  const most = request.marks.has('small-pages') ? 10 : (rules.most ?? 300);
  const asked = Number(request.query.get('per_page') ?? rules.perPage ?? 30);
  const perPage = Math.min(Number.isInteger(asked) && asked > 0 ? asked : 30, most);
  const page = request.marks.has('repeat-page') ? 1 : Math.max(1, Number(request.query.get('page') ?? '1') || 1);
  const shift = request.marks.has('shift-rows') && page > 1 ? 1 : 0;
  const from = (page - 1) * perPage - shift;
  const count = Math.max(0, Math.min(perPage, source.length - from));
  const rows = Array.from({ length: count }, (_, index) => source.at(from + index));
  const pages = Math.max(1, Math.ceil((source.length + (shift > 0 ? 1 : 0)) / perPage));
  const link = links(request, page, request.marks.has('repeat-page') ? 1_000_000 : pages, perPage);
  return json(200, wrap(rows), {
    total: String(request.marks.has('repeat-page') ? 99_999_999 : source.length),
    'per-page': String(perPage),
    ...(link === '' ? {} : { link }),
  });
}
