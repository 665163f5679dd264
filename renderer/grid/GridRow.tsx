/** A row of the grid and its cells. */
import { type CSSProperties, memo, type PointerEvent, type ReactNode, type RefObject } from 'react';
import type { GridColumn } from './column.ts';
import { blockOf, cellCount, isInBlock, type Selection } from './selection.ts';
import type { CellFault } from './use-editing.ts';

/** The id of a cell, by which the grid names its active one. */
export const cellId = (gridId: string, row: number, column: number): string => `${gridId}-${row}-${column}`;

/** Where a frozen cell stays; nothing for the others. */
export function frozenStyle(widths: readonly number[], frozen: number, column: number): CSSProperties {
  const width = widths[column] ?? 0;
  if (column >= frozen) return { width };
  return { width, position: 'sticky', left: widths.slice(0, column).reduce((sum, each) => sum + each, 0), zIndex: 1 };
}

const classOf = (...names: readonly (string | false | undefined)[]): string =>
  names.filter((name) => typeof name === 'string').join(' ');

interface RowProps<Row> {
  gridId: string;
  row: Row;
  index: number;
  /** Pixels from the first row. */
  top: number;
  height: number;
  columns: readonly GridColumn<Row>[];
  widths: readonly number[];
  frozen: number;
  selection: Selection;
  dragging: RefObject<boolean>;
  onPoint: (row: number, column: number, stretch: boolean) => void;
  /** A cell was pressed: the grid takes the focus. */
  onGrab: () => void;
  onOpen?: (row: Row) => void;
  /** The cell that is typed in, where it is in this row. */
  openColumn: number | undefined;
  /** Draws the field over that cell. */
  editor: (() => ReactNode) | undefined;
  /** What is wrong with a cell. */
  problemOf: ((row: Row, column: string) => CellFault | undefined) | undefined;
  /** A double click on a cell that can be edited. */
  onBegin: ((place: { row: number; column: number }) => void) | undefined;
}

const isControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input') !== null;

function DrawnRow<Row>(props: RowProps<Row>): ReactNode {
  const { row, index, columns, widths, frozen, selection, dragging } = props;
  const block = blockOf(selection);
  const isBlock = cellCount(selection) > 1;
  const { active } = selection;
  const grab = (event: PointerEvent, column: number): void => {
    if (event.button !== 0) return;
    props.onPoint(index, column, event.shiftKey);
    if (isControl(event.target)) return;
    // Cells are dragged over, texts are not: what is chosen is copied as a block.
    event.preventDefault();
    dragging.current = true;
    props.onGrab();
  };
  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      tabIndex={-1}
      className={classOf('grid__row', index === active.row && 'grid__row--active')}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      onFocus={(event) => event.target === event.currentTarget && props.onPoint(index, active.column, false)}
      onDoubleClick={(event) => isControl(event.target) || props.onOpen?.(row)}
    >
      {columns.map((column, at) => {
        const isActive = index === active.row && at === active.column;
        const isChosen = isInBlock(block, index, at);
        const problem = props.problemOf?.(row, column.id);
        return (
          <div
            key={column.id}
            id={cellId(props.gridId, index, at)}
            role="gridcell"
            tabIndex={-1}
            aria-colindex={at + 1}
            aria-selected={isChosen}
            aria-invalid={problem?.severity === 'blocking' ? true : undefined}
            title={problem?.text}
            className={classOf(
              'grid__cell',
              column.align === 'right' && 'grid__cell--right',
              at < frozen && 'grid__cell--frozen',
              at === frozen - 1 && 'grid__cell--edge',
              isActive && 'grid__cell--active',
              isBlock && isChosen && 'grid__cell--chosen',
              problem !== undefined && `grid__cell--${problem.severity}`,
            )}
            style={frozenStyle(widths, frozen, at)}
            onPointerDown={(event) => grab(event, at)}
            onDoubleClick={() => props.onBegin?.({ row: index, column: at })}
            onPointerEnter={(event) => {
              if (dragging.current && event.buttons === 1) props.onPoint(index, at, true);
              else dragging.current = false;
            }}
          >
            {column.cell === undefined ? (
              <span className="grid__text" title={problem === undefined ? String(column.value(row)) : undefined}>
                {column.value(row)}
              </span>
            ) : (
              column.cell(row)
            )}
            {at === props.openColumn ? props.editor?.() : null}
          </div>
        );
      })}
    </div>
  );
}

/** A row. Drawn again only when something of it changes: scrolling draws the rows that come into sight. */
export const GridRow = memo(DrawnRow) as typeof DrawnRow;
