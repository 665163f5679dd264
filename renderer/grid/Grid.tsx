/**
 * The one grid: columns to choose, resize, order and freeze, sorting, filters, saved views, virtual rows, and cells that are chosen,
 * copied and added up as in a spreadsheet. Amounts are added as exact decimals, never as floats. The focus stays on the grid itself,
 * which names its active cell: a cell that scrolls out of sight takes no focus with it.
 */
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { arranged } from './arrange.ts';
import { CellEditor } from './CellEditor.tsx';
import type { GridColumn } from './column.ts';
import { GridBar } from './GridBar.tsx';
import { GridFoot } from './GridFoot.tsx';
import { GridHead } from './GridHead.tsx';
import { cellId, GridRow } from './GridRow.tsx';
import './grid.css';
import { afterKey, blockOf, cellCount, clamped, firstCell, type Selection } from './selection.ts';
import { copied } from './totals.ts';
import { type GridEdits, useEditing } from './use-editing.ts';
import { useRoom } from './use-room.ts';
import { useGridView } from './use-view.ts';
import { useWork } from './use-work.ts';
import { shownColumns, widthsOf } from './view.ts';
import { runInSlices } from './work.ts';

export type { GridColumn } from './column.ts';

/** What the grid takes. Columns and rows must keep their identity between drawings. */
export interface GridProps<Row> {
  /** Under which its view is remembered. */
  id: string;
  label: string;
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  idOf: (row: Row) => string;
  /** Enter or a double click on a row. */
  onOpen?: (row: Row) => void;
  /** Keys beyond the grid's own, such as F2 and Del. */
  onRowKey?: (event: KeyboardEvent, row: Row) => void;
  /** Where the active cell goes to another row. */
  onActive?: (row: Row) => void;
  /** Shown at the right of the footer, such as what is still being fetched. */
  footer?: ReactNode;
  /** Shown at the left of the bar, such as filters of the list itself. */
  before?: ReactNode;
  /** Pixels; 34 where a row has one line. */
  rowHeight?: number;
  /** A small list inside a panel has no bar. */
  bar?: false;
  /** Cells can be edited: those of columns with `edit`. */
  edits?: GridEdits<Row>;
  /** The rows that pass the filters, in their order. */
  onShown?: (rows: readonly Row[]) => void;
  /** The rows of the chosen cells. */
  onChosen?: (rows: readonly Row[]) => void;
  /** A cell to stand on: another `turn` stands on it again. */
  goTo?: { rowId: string; column: string; turn: number };
}

const headHeight = 34;

/** The grid. */
export function Grid<Row>(props: GridProps<Row>): ReactNode {
  const { rows: all, columns: known, rowHeight = 34 } = props;
  const { store } = useAppContext();
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const finder = useRef<HTMLInputElement>(null);
  const dragging = useRef(false);
  const views = useGridView(props.id);
  const { view } = views;
  const [find, setFind] = useState('');
  const [wanted, select] = useState<Selection>(firstCell);
  const columns = useMemo(() => shownColumns(known, view), [known, view]);
  const { sort, filters } = view;
  const work = useCallback(
    () => arranged(all, { columns: known, sort, filters, find }),
    [all, known, sort, filters, find],
  );
  const { result, busy } = useWork(work, all.length);
  const rows = result ?? all;
  const room = useRoom(scroller);
  const widths = useMemo(() => widthsOf(columns, view, room), [columns, view, room]);
  const selection = useMemo(
    () => clamped(wanted, { rows: rows.length, columns: columns.length }),
    [wanted, rows.length, columns.length],
  );
  const frozen = Math.min(view.frozen, columns.length - 1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const activeRow = rows[selection.active.row];
  const { onActive } = props;
  useEffect(() => {
    if (activeRow !== undefined) onActive?.(activeRow);
  }, [activeRow, onActive]);

  const { onShown, onChosen, goTo, idOf } = props;
  useEffect(() => onShown?.(rows), [rows, onShown]);
  const { top, bottom } = blockOf(selection);
  useEffect(() => onChosen?.(rows.slice(top, bottom + 1)), [rows, top, bottom, onChosen]);

  const moveTo = (next: Selection): void => {
    select(next);
    virtual.scrollToIndex(next.active.row);
    reveal(scroller.current, widths, frozen, next.active.column);
  };
  const copy = async (): Promise<void> => {
    try {
      const text = await runInSlices(copied(rows, columns, blockOf(selection)), new AbortController().signal);
      await navigator.clipboard.writeText(text ?? '');
      store.getState().announce(t.grid.copied(cellCount(selection)));
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.copyingCells));
    }
  };
  const editing = useEditing({ edits: props.edits, rows, columns, selection, copy });
  const placed = useRef<number>(undefined);
  useEffect(() => {
    // Once per turn: a row that is added arrives with the next drawing of the rows.
    if (goTo === undefined || placed.current === goTo.turn) return;
    const row = rows.findIndex((each) => idOf(each) === goTo.rowId);
    if (row === -1) return;
    placed.current = goTo.turn;
    const place = {
      row,
      column: Math.max(
        0,
        columns.findIndex(({ id }) => id === goTo.column),
      ),
    };
    select({ anchor: place, active: place });
    virtual.scrollToIndex(row);
    reveal(scroller.current, widths, frozen, place.column);
    scroller.current?.focus({ preventScroll: true });
  }, [goTo, rows, columns, idOf, virtual, widths, frozen]);
  const press = (event: KeyboardEvent): void => {
    const command = event.ctrlKey || event.metaKey;
    const { key, shiftKey } = event;
    const onControl = event.target instanceof Element && event.target.closest('button, a, input') !== null;
    if (onControl && (key === 'Enter' || key === ' ')) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
    const extent = { rows: rows.length, columns: columns.length, page };
    if (!onControl && editing.press(event)) {
      event.preventDefault();
      return;
    }
    if (command && key.toLowerCase() === 'c') void copy();
    else if (command && key.toLowerCase() === 'f') finder.current?.focus();
    else if (event.altKey && shiftKey && (key === 'ArrowRight' || key === 'ArrowLeft')) {
      const { column } = selection.active;
      const id = columns[column]?.id ?? '';
      const width = (widths[column] ?? 0) + (key === 'ArrowRight' ? 16 : -16);
      views.change({ widths: { ...view.widths, [id]: Math.max(60, width) } });
    } else if (key === 'Enter' && !shiftKey && !command && activeRow !== undefined && props.onOpen !== undefined) {
      const cell = document.getElementById(cellId(gridId, selection.active.row, selection.active.column));
      const button = cell?.querySelector('button');
      if (button === null || button === undefined) props.onOpen(activeRow);
      else button.click();
    } else {
      const next = afterKey(selection, { key, shiftKey, command }, extent);
      if (next === undefined) {
        if (activeRow !== undefined) props.onRowKey?.(event, activeRow);
        return;
      }
      moveTo(next);
    }
    event.preventDefault();
  };
  const point = useCallback((row: number, column: number, stretch: boolean): void => {
    const place = { row, column };
    select((before) => ({ anchor: stretch ? before.anchor : place, active: place }));
  }, []);
  const grab = useCallback(() => scroller.current?.focus({ preventScroll: true }), []);
  const editor = (): ReactNode => {
    const { open } = editing;
    const column = columns[open?.column ?? -1];
    if (open === undefined || column === undefined) return null;
    return (
      <CellEditor
        label={column.title}
        text={open.text}
        isQuick={open.isQuick}
        choices={props.edits?.choicesOf(column.id) ?? []}
        listId={`${gridId}-choices`}
        onCancel={() => {
          editing.cancel();
          grab();
        }}
        onCommit={(text, leaving) => {
          const place = editing.commit(text, leaving);
          if (leaving === 'stay') return;
          grab();
          moveTo(clamped({ anchor: place, active: place }, { rows: rows.length, columns: columns.length }));
        }}
      />
    );
  };
  const beginRef = useRef(editing.begin);
  useEffect(() => {
    beginRef.current = editing.begin;
  });
  // One function for all drawings: a row is drawn again only when something of it changes.
  const begin = useCallback((place: { row: number; column: number }) => beginRef.current(place), []);
  const isFiltered = filters.length > 0 || find.trim() !== '';
  const total = widths.reduce((sum, width) => sum + width, 0);
  return (
    <div className="grid">
      {props.bar === false ? null : (
        <GridBar
          label={props.label}
          columns={known}
          rows={all}
          views={views}
          find={find}
          onFind={setFind}
          finder={finder}
          onLeave={() => scroller.current?.focus()}
          before={props.before}
        />
      )}
      <div
        className="grid__scroll"
        ref={scroller}
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable="true"
        aria-busy={busy}
        aria-activedescendant={
          virtual.getVirtualItems().some(({ index }) => index === selection.active.row)
            ? cellId(gridId, selection.active.row, selection.active.column)
            : undefined
        }
        tabIndex={0}
        onKeyDown={press}
        onPaste={editing.paste}
        onPointerUp={() => {
          dragging.current = false;
        }}
      >
        <GridHead columns={columns} widths={widths} frozen={frozen} views={views} />
        <div style={{ height: virtual.getTotalSize(), width: total, position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <GridRow
                key={props.idOf(row)}
                gridId={gridId}
                row={row}
                index={item.index}
                top={item.start - headHeight}
                height={rowHeight}
                columns={columns}
                widths={widths}
                frozen={frozen}
                selection={selection}
                dragging={dragging}
                onPoint={point}
                onGrab={grab}
                openColumn={editing.open?.row === item.index ? editing.open.column : undefined}
                editor={editing.open?.row === item.index ? editor : undefined}
                problemOf={props.edits?.problemOf}
                onBegin={props.edits === undefined ? undefined : begin}
                {...(props.onOpen === undefined ? {} : { onOpen: props.onOpen })}
              />
            );
          })}
        </div>
        {rows.length === 0 && isFiltered && !busy ? (
          <div className="grid__nothing">
            <p>{t.grid.noMatch}</p>
            <Button
              variant="default"
              onClick={() => {
                setFind('');
                views.change({ filters: [] });
              }}
            >
              {t.grid.showAll}
            </Button>
          </div>
        ) : null}
      </div>
      <GridFoot rows={rows} count={all.length} columns={columns} selection={selection} busy={busy}>
        {props.footer}
      </GridFoot>
    </div>
  );
}

/** Scrolls sideways until a column stands clear of the frozen ones. */
function reveal(box: HTMLElement | null, widths: readonly number[], frozen: number, column: number): void {
  if (box === null || column < frozen) return;
  const before = (count: number): number => widths.slice(0, count).reduce((sum, width) => sum + width, 0);
  const left = before(column);
  const right = left + (widths[column] ?? 0);
  if (left - before(frozen) < box.scrollLeft) box.scrollLeft = left - before(frozen);
  else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
}
