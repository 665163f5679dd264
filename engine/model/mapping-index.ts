/**
 * Where rows of a mapping table are found by their exact cells. A table of thousands of rows is indexed once a run and asked for few of
 * them, so there is nothing for a row but its number, and no text is put together where one cell tells rows apart.
 */
import type { MappingRow } from './mapping-table.ts';

/** Joins exact cells to one text; no code holds it. */
export const separator = '\u0000';

/** What makes key cells comparable, where they are not as they stand. */
export type Normalizer = ((key: string) => string) | undefined;

/** Rows that share the text they are found by; behind more of them the next cells are joined to it. */
const longestChain = 8;

/** The rows of one table whose exact cells stand in the same positions. */
export class RowIndex {
  /** Positions of the exact cells. */
  readonly exact: readonly number[];
  private readonly rows: readonly MappingRow[];
  private readonly normalizers: readonly Normalizer[];
  /** Numbers of the first rows by text, and for every row of the table the next one of the same text; −1 behind the last. */
  private readonly first = new Map<string, number>();
  private readonly next: Int32Array;
  private readonly position: number;
  private isJoined: boolean;

  /** @param next one place for each row of the table, filled with −1; the patterns of a table share it. */
  constructor(
    exact: readonly number[],
    rows: readonly MappingRow[],
    normalizers: readonly Normalizer[],
    next: Int32Array,
  ) {
    this.exact = exact;
    this.rows = rows;
    this.normalizers = normalizers;
    this.next = next;
    this.position = exact[0] ?? 0;
    this.isJoined = exact.length === 0 || exact.some((position) => normalizers[position] !== undefined);
  }

  /** Adds a row by its number. Tells the number of the first earlier row with the same cells that `rivals` it, or −1. */
  add(at: number, row: MappingRow, rivals: (other: MappingRow, row: MappingRow) => boolean): number {
    const { keys } = row;
    const text = this.text(keys);
    let last = this.first.get(text) ?? -1;
    if (last < 0) {
      this.first.set(text, at);
      return -1;
    }
    let rival = -1;
    for (let length = 1; ; length += 1) {
      const other = this.rows[last];
      if (rival < 0 && other !== undefined && this.isSame(other.keys, keys) && rivals(other, row)) rival = last;
      const behind = this.next[last] ?? -1;
      if (behind < 0) {
        this.next[last] = at;
        if (length >= longestChain && !this.isJoined) this.join();
        return rival;
      }
      last = behind;
    }
  }

  /** The number of the first row for these keys that `fits`, or −1. */
  find(
    keys: readonly string[],
    on: string | undefined,
    fits: (row: MappingRow, on: string | undefined) => boolean,
  ): number {
    let at = this.first.get(this.text(keys)) ?? -1;
    while (at >= 0) {
      const row = this.rows[at];
      if (row !== undefined && this.isSame(row.keys, keys) && fits(row, on)) return at;
      at = this.next[at] ?? -1;
    }
    return -1;
  }

  private text(keys: readonly string[]): string {
    return this.isJoined ? this.joined(keys) : (keys[this.position] ?? '');
  }

  /** Whether the cells behind the first are the same; joined ones are once the text is. */
  private isSame(cells: readonly string[], keys: readonly string[]): boolean {
    if (this.isJoined) return true;
    const { exact } = this;
    for (let at = 1; at < exact.length; at += 1) {
      const position = exact[at] ?? 0;
      if (cells[position] !== (keys[position] ?? '')) return false;
    }
    return true;
  }

  private joined(keys: readonly string[]): string {
    const { exact, normalizers } = this;
    let text = '';
    for (let at = 0; at < exact.length; at += 1) {
      const position = exact[at] ?? 0;
      const cell = keys[position] ?? '';
      const normal = normalizers[position]?.(cell) ?? cell;
      text = at === 0 ? normal : `${text}${separator}${normal}`;
    }
    return text;
  }

  /** Finds rows by all their exact cells from now on: the first one does not tell them apart. */
  private join(): void {
    const all: number[] = [];
    for (const first of this.first.values()) for (let at = first; at >= 0; at = this.next[at] ?? -1) all.push(at);
    this.first.clear();
    this.isJoined = true;
    const last = new Map<string, number>();
    for (const at of all.sort((a, b) => a - b)) {
      this.next[at] = -1;
      const text = this.joined(this.rows[at]?.keys ?? []);
      const before = last.get(text);
      if (before === undefined) this.first.set(text, at);
      else this.next[before] = at;
      last.set(text, at);
    }
  }
}
