/**
 * The one grid: sorting, resizing, virtual rows, keyboard, selection with count and sum in the footer. Amount columns are summed as
 * decimals, never as floats.
 */

import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { t } from '../strings/index.ts';
import './grid.css';

/** A column. `value` is what it sorts by; `cell` what it shows. */
export interface GridColumn<Row> {
  id: string;
  title: string;
  value: (row: Row) => string | number;
  cell?: (row: Row) => ReactNode;
  /** Pixels. */
  width: number;
  align?: 'right';
}

/** What the grid takes. */
export interface GridProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  idOf: (row: Row) => string;
  onOpen?: (row: Row) => void;
  /** Keys beyond the grid's own, such as F2 and Del. */
  onRowKey?: (event: KeyboardEvent, row: Row) => void;
  /** Shown at the right of the footer, such as totals. */
  footer?: ReactNode;
}

const rowHeight = 44;
const features = tableFeatures({
  rowSortingFeature,
  columnSizingFeature,
  columnResizingFeature,
  sortedRowModel: createSortedRowModel(),
});

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: 'base' });

/** The grid. */
export function Grid<Row>(props: GridProps<Row>): ReactNode {
  const { rows: data, columns: wanted, idOf } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const columns = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row & object>();
    return wanted.map((column) =>
      helper.accessor((row): unknown => column.value(row), {
        id: column.id,
        header: column.title,
        size: column.width,
        minSize: 60,
        sortFn: (a, b, id) => compare(a.getValue<string | number>(id), b.getValue<string | number>(id)),
      }),
    );
  }, [wanted]);
  const table = useTable({
    features,
    columns,
    data: data as readonly (Row & object)[],
    getRowId: (row) => idOf(row),
    columnResizeMode: 'onChange',
  });
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  // One template for head and rows: whatever a cell holds, columns stay under their titles.
  const sizes = table.getAllColumns().map((column) => column.getSize());
  const template = sizes.map((size) => `minmax(${size}px, ${size}fr)`).join(' ');
  const minWidth = sizes.reduce((sum, size) => sum + size, 0);
  const byId = new Map(wanted.map((column) => [column.id, column]));
  const focusRow = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  const press = (event: KeyboardEvent, index: number): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const to = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    const row = rows[index]?.original;
    if (to !== undefined) focusRow(to);
    else if (event.key === 'Enter' && row !== undefined && event.target === event.currentTarget) props.onOpen?.(row);
    else {
      if (row !== undefined) props.onRowKey?.(event, row);
      return;
    }
    event.preventDefault();
  };
  return (
    <div className="grid">
      <div
        className="grid__scroll"
        ref={scroller}
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={wanted.length}
        tabIndex={-1}
      >
        {table.getHeaderGroups().map((group) => (
          <div
            key={group.id}
            className="grid__head"
            role="row"
            aria-rowindex={1}
            tabIndex={-1}
            style={{ gridTemplateColumns: template, minWidth }}
          >
            {group.headers.map((header, index) => {
              const sorted = header.column.getIsSorted();
              return (
                <div
                  key={header.id}
                  role="columnheader"
                  tabIndex={-1}
                  aria-colindex={index + 1}
                  aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
                  className={byId.get(header.id)?.align === 'right' ? 'grid__cell grid__cell--right' : 'grid__cell'}
                >
                  <button type="button" className="grid__sort" onClick={header.column.getToggleSortingHandler()}>
                    {String(header.column.columnDef.header)}
                    {sorted === 'asc' ? <IconChevronUp size={13} aria-hidden="true" /> : null}
                    {sorted === 'desc' ? <IconChevronDown size={13} aria-hidden="true" /> : null}
                  </button>
                  <span className="grid__resize" aria-hidden="true" onPointerDown={header.getResizeHandler()} />
                </div>
              );
            })}
          </div>
        ))}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={row.id}
                role="row"
                data-row={item.index}
                aria-rowindex={item.index + 2}
                tabIndex={item.index === Math.min(active, rows.length - 1) ? 0 : -1}
                className="grid__row"
                style={{ transform: `translateY(${item.start}px)`, gridTemplateColumns: template, minWidth }}
                onFocus={() => setActive(item.index)}
                onKeyDown={(event) => press(event, item.index)}
                onDoubleClick={() => props.onOpen?.(row.original)}
              >
                {row.getAllCells().map((cell, index) => {
                  const column = byId.get(cell.column.id);
                  return (
                    // biome-ignore lint/a11y/useFocusableInteractive: the row has the focus; cells are read with it
                    <div
                      key={cell.id}
                      role="gridcell"
                      aria-colindex={index + 1}
                      className={column?.align === 'right' ? 'grid__cell grid__cell--right' : 'grid__cell'}
                    >
                      {column?.cell === undefined ? String(cell.getValue()) : column.cell(row.original)}
                    </div>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
      <div className="grid__foot">
        <span>{t.lists.rows(rows.length)}</span>
        <span className="screen__spring" />
        {props.footer}
      </div>
    </div>
  );
}
