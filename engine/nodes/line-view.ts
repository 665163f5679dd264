/** Lines of a record on their way from split through the nodes behind it, without a copy of the header for each of them. */
import type { MappingTableSchema, RowMatch } from '../model/mapping-table.ts';
import type { Fields, Origin, SourceRecord, Value, WireRecord } from '../model/record.ts';
import { type Item, isPlain, type Layout, RecordView, readField, readPath } from '../model/record-view.ts';

const nothing: readonly string[] = [];

/**
 * A record whose lines travel as records of their own, and together: it is what a link hands on in their place. What nodes add to a line
 * is kept here by the line's place in the list, so that a line itself is nothing but its number.
 */
export class SplitRecord implements WireRecord {
  readonly record: WireRecord;
  readonly header: Fields;
  readonly over: string;
  readonly lines: readonly Value[];
  /** Names of the fields that nodes added to the lines, in their order. */
  added: readonly string[] = nothing;
  /** The rows that coded the lines first, by place; undefined until one is coded. */
  rows: (RowMatch | undefined)[] | undefined = undefined;
  /** What some lines have beyond that, by place. */
  extras: Map<number, LineExtras> | undefined = undefined;
  /** Places of the lines that are still on their way; undefined while all are. */
  private left: readonly number[] | undefined = undefined;
  private keys: readonly string[] | undefined = undefined;
  private ids: readonly string[] | undefined = undefined;

  constructor(record: WireRecord, over: string, lines: readonly Value[]) {
    this.record = record;
    this.header = record.value;
    this.over = over;
    this.lines = lines;
  }

  get key(): string {
    return this.record.key;
  }

  get value(): Fields {
    return this.header;
  }

  get origin(): Origin {
    return this.record.origin;
  }

  get sources(): readonly SourceRecord[] | undefined {
    return this.record.sources;
  }

  /** Number of the lines that are still on their way. */
  get count(): number {
    return this.left?.length ?? this.lines.length;
  }

  /** Place in the list of the `nth` line that is still on its way. */
  place(nth: number): number {
    return this.left?.[nth] ?? nth;
  }

  /** Places of the first `count` lines that are still on their way. */
  places(count: number): number[] {
    return Array.from({ length: count }, (_, nth) => this.place(nth));
  }

  /** Lets only some lines go on, by their places. */
  keep(places: readonly number[]): void {
    this.left = places;
  }

  /** Key of the record, as the lines name where they come from. */
  get lineParents(): readonly string[] {
    this.keys ??= [this.record.key];
    return this.keys;
  }

  /** The key of one line. The keys of all are worked out when the first is asked for: whether an id repeats, its neighbours tell. */
  lineKey(at: number): string {
    this.ids ??= lineIds(this.lines);
    return `${this.record.key}#${this.ids[at] ?? at + 1}`;
  }
}

/** The lines' own ids, so that a key stays when lines move; numbered where ids repeat, the position where there is none. */
function lineIds(lines: readonly Value[]): string[] {
  const ids = lines.map((line, index) => {
    const own = line !== null && typeof line === 'object' && !Array.isArray(line) ? line.id : undefined;
    return typeof own === 'string' ? own : `${index + 1}`;
  });
  // As long as they rise, none repeats.
  if (ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))) return ids;
  const times = new Map<string, number>();
  return ids.map((id) => {
    const count = (times.get(id) ?? 0) + 1;
    times.set(id, count);
    return count === 1 ? id : `${id}~${count}`;
  });
}

/** What a line has beyond the one row that coded it. */
interface LineExtras {
  /** Further rows that coded it, in the order of the nodes. */
  rows: readonly RowMatch[];
  mappingRows: readonly string[] | undefined;
  notes: readonly string[] | undefined;
}

/**
 * One line, looked at: the same object stands for one line after the other, so what is wanted of it is read or copied before it moves on.
 * As a wire record it can be read by everyone, but only its getters know the values: `wholeRecord` makes one that can be copied.
 */
export class LineView extends RecordView implements WireRecord {
  from: SplitRecord;
  at: number;
  /** The line itself, as the list has it. */
  line: Value;
  /** The row that coded it first. */
  row: RowMatch | undefined;

  constructor(from: SplitRecord, at: number) {
    super();
    this.from = from;
    this.at = at;
    this.line = from.lines[at] ?? null;
    this.row = from.rows?.[at];
  }

  /** Goes to another line of the same record. */
  move(at: number): void {
    const { lines, rows } = this.from;
    this.at = at;
    this.line = lines[at] ?? null;
    this.row = rows === undefined ? undefined : rows[at];
  }

  /** Goes to a line of any record. */
  moveTo(from: SplitRecord, at: number): void {
    this.from = from;
    this.move(at);
  }

  get key(): string {
    return this.from.lineKey(this.at);
  }

  get value(): Fields {
    return this.whole();
  }

  get origin(): Origin {
    return this.from.record.origin;
  }

  get parents(): readonly string[] {
    return this.from.lineParents;
  }

  get sources(): readonly SourceRecord[] | undefined {
    return this.from.record.sources;
  }

  get extras(): LineExtras | undefined {
    return this.from.extras?.get(this.at);
  }

  get mappingRows(): readonly string[] | undefined {
    const { row, extras, from } = this;
    if (extras !== undefined) return extras.mappingRows;
    return row === undefined ? from.record.mappingRows : row.names;
  }

  get notes(): readonly string[] | undefined {
    return this.extras === undefined ? this.from.record.notes : this.extras.notes;
  }

  /**
   * Codes the line by a row of a table.
   * @param added names of all fields that the line then has got.
   * @param mappingRows and `notes` are what the line then carries.
   */
  code(
    row: RowMatch,
    added: readonly string[],
    mappingRows: readonly string[] | undefined,
    notes: readonly string[] | undefined,
  ): void {
    this.from.added = added;
    const { extras } = this;
    const isFirst = this.row === undefined;
    if (isFirst) this.take(row);
    const rows = isFirst ? (extras?.rows ?? []) : [...(extras?.rows ?? []), row];
    if (isFirst && this.mappingRows === mappingRows && this.notes === notes) return;
    this.from.extras ??= new Map();
    this.from.extras.set(this.at, { rows, mappingRows, notes });
  }

  /** The same where the line has nothing yet and the row brings nothing else. Tells whether that was so. */
  codeFirst(row: RowMatch, added: readonly string[]): boolean {
    const { from } = this;
    if (this.row !== undefined || from.extras !== undefined) return false;
    if (row.row.suspense === true || from.record.mappingRows !== undefined) return false;
    from.added = added;
    this.take(row);
    return true;
  }

  private take(row: RowMatch): void {
    const { from, at } = this;
    from.rows ??= new Array<RowMatch | undefined>(from.lines.length).fill(undefined);
    from.rows[at] = row;
    this.row = row;
  }

  whole(): Fields {
    const { header, over, added } = this.from;
    let value: Fields = { ...header, [over]: this.line };
    added.forEach((name, at) => {
      const row = at === 0 ? this.row : this.extras?.rows[at - 1];
      if (row !== undefined) value = { ...value, [name]: row.coding };
    });
    return value;
  }
}

/** How lines are read: the fields that were added, then the line, then the header. */
export class LineLayout implements Layout {
  private readonly over: string;
  /** Names of the fields that nodes added, in their order. */
  readonly added: readonly string[];
  /** The tables whose rows were added. */
  private readonly tables: readonly (MappingTableSchema | undefined)[];

  constructor(over: string, added: readonly string[] = [], tables: readonly (MappingTableSchema | undefined)[] = []) {
    this.over = over;
    this.added = added;
    this.tables = tables;
  }

  /** The layout of the same lines with one more field, which takes a row of a table. */
  with(name: string, table: MappingTableSchema | undefined): LineLayout {
    return new LineLayout(this.over, [...this.added, name], [...this.tables, table]);
  }

  /** Whether all lines of a record have the same at a path: nothing of it is their own. */
  isOfHeader([first = '']: readonly string[]): boolean {
    return first !== this.over && !this.added.includes(first);
  }

  path(names: readonly string[]): (item: Item) => Value | undefined {
    const [first = '', ...rest] = names;
    const at = this.added.lastIndexOf(first);
    if (at >= 0) return columnReader(at, rest, this.tables[at]) ?? behind(rest, addedReader(at));
    if (first === this.over) return lineReader(rest);
    if (rest.length === 0 && isPlain(first))
      return (item) => (item instanceof LineView ? item.from.header[first] : undefined);
    const read = readPath(names);
    return (item) => (item instanceof LineView ? read(item.from.header) : undefined);
  }

  list(): undefined {
    return undefined;
  }
}

function addedReader(at: number): (view: LineView) => Value | undefined {
  if (at === 0) return (view) => view.row?.coding;
  return (view) => view.extras?.rows[at - 1]?.coding;
}

/** Reads a target column off the row itself, so that no record of its columns is made for one of them. */
function columnReader(
  at: number,
  [name = '', ...rest]: readonly string[],
  table: MappingTableSchema | undefined,
): ((item: Item) => Value | undefined) | undefined {
  const column = table?.targets.findLastIndex((target) => target.name === name) ?? -1;
  if (at > 0 || column < 0 || rest.length > 0 || !isPlain(name) || name === 'suspense') return undefined;
  return (item) => {
    const row = item instanceof LineView ? item.row : undefined;
    return row === undefined ? undefined : (row.targets[column] ?? '');
  };
}

/** Reads a field of the line itself in one step, as most formulas do. */
function lineReader(rest: readonly string[]): (item: Item) => Value | undefined {
  const [name = ''] = rest;
  if (rest.length !== 1 || !isPlain(name)) return behind(rest, ({ line }) => line);
  return (item) => {
    if (!(item instanceof LineView)) return undefined;
    const { line } = item;
    return typeof line !== 'object' || line === null || Array.isArray(line) ? undefined : line[name];
  };
}

/** Reads a value of a line and goes on through the records in it. */
function behind(
  rest: readonly string[],
  first: (view: LineView) => Value | undefined,
): (item: Item) => Value | undefined {
  const [name = ''] = rest;
  const read = rest.length === 1 ? readField(name) : readPath(rest);
  return (item) => {
    const value = item instanceof LineView ? first(item) : undefined;
    if (rest.length === 0) return value;
    return typeof value !== 'object' || value === null || Array.isArray(value) ? undefined : read(value);
  };
}
