/** Groups of lines on their way to the node behind: the lines stay views, and what they have in common is worked out when asked for. */
import type { Fields, Origin, SourceRecord, Value, WireRecord } from '../model/record.ts';
import { type Item, type Layout, RecordView, readPath } from '../model/record-view.ts';
import { type Lineage, lineage } from './batch.ts';
import type { LineView, SplitRecord } from './line-view.ts';

/** Where a group comes from: the first record's place, named by what the records have in common. */
export const groupOrigin = (first: Origin, id: string, values: Fields): Origin => ({
  ...first,
  id,
  label: Object.values(values).map(String).join(' · '),
});

/** One group. As {@link LineView}, it is read by the node behind the group only. */
export class GroupView extends RecordView implements WireRecord {
  readonly id: string;
  readonly values: Fields;
  readonly into: string;
  readonly lines: LineView[] = [];
  private readonly first: Origin;
  private found: Omit<ReturnType<Lineage['result']>, 'parents'> | undefined;

  constructor(id: string, values: Fields, into: string, first: Origin) {
    super();
    this.id = id;
    this.values = values;
    this.into = into;
    this.first = first;
  }

  get key(): string {
    return `group:${this.id}`;
  }

  get value(): Fields {
    return this.whole();
  }

  get origin(): Origin {
    return groupOrigin(this.first, this.id, this.values);
  }

  get parents(): readonly string[] {
    return this.lines.map((line) => line.key);
  }

  get sources(): readonly SourceRecord[] | undefined {
    return this.lineage.sources;
  }

  get mappingRows(): readonly string[] | undefined {
    return this.lineage.mappingRows;
  }

  get notes(): readonly string[] | undefined {
    return this.lineage.notes;
  }

  whole(): Fields {
    return { ...this.values, [this.into]: this.lines.map((line) => line.whole()) };
  }

  private get lineage(): Omit<ReturnType<Lineage['result']>, 'parents'> {
    this.found ??= commonOf(this.lines);
    return this.found;
  }
}

let lastMark = 0;

/**
 * Sources, mapping rows and notes of lines, each once. What all lines have from the record they were split off is taken once a record;
 * rows are told apart by a mark on them, which spares a set.
 */
function commonOf(lines: readonly LineView[]): Omit<ReturnType<Lineage['result']>, 'parents'> {
  lastMark += 1;
  const sources: SourceRecord[] = [];
  const rows: string[] = [];
  let from: SplitRecord | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) continue;
    const { row, extras } = line;
    if (extras !== undefined) return lineage(lines);
    if (line.from !== from) {
      from = line.from;
      if (from.record.mappingRows !== undefined || from.record.notes !== undefined) return lineage(lines);
      for (const source of from.record.sources ?? []) sources.push(source);
    }
    if (row === undefined || row.mark === lastMark) continue;
    row.mark = lastMark;
    rows.push(row.names[0]);
  }
  return {
    ...(sources.length > 0 ? { sources: sources.length === 1 ? sources : [...new Set(sources)] } : {}),
    ...(rows.length > 0 ? { mappingRows: rows } : {}),
  };
}

/** How groups are read: the list of their lines, and the values they were made by. */
export class GroupLayout implements Layout {
  private readonly into: string;
  private readonly lines: Layout;

  constructor(into: string, lines: Layout) {
    this.into = into;
    this.lines = lines;
  }

  path(names: readonly string[]): (item: Item) => Value | undefined {
    if (names[0] === this.into)
      return names.length > 1
        ? () => undefined
        : (item) => (item instanceof GroupView ? item.lines.map((line) => line.whole()) : undefined);
    const read = readPath(names);
    return (item) => (item instanceof GroupView ? read(item.values) : undefined);
  }

  list(name: string): ReturnType<Layout['list']> {
    if (name !== this.into) return undefined;
    return { elements: (item) => (item instanceof GroupView ? item.lines : []), layout: this.lines };
  }
}
