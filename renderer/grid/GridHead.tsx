/** The titles of the grid: they sort, and their edges resize. */
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { type PointerEvent, type ReactNode, useState } from 'react';
import type { GridColumn } from './column.ts';
import { frozenStyle } from './GridRow.tsx';
import type { ViewActions } from './use-view.ts';
import { nextSort } from './view.ts';

const smallest = 60;

interface HeadProps<Row> {
  columns: readonly GridColumn<Row>[];
  widths: readonly number[];
  frozen: number;
  views: ViewActions;
}

/** The edge that is dragged. A double click gives the column its own width back; Alt+Shift+arrows do the same by keyboard. */
function Edge(props: { width: number; onWidth: (width: number | undefined) => void }): ReactNode {
  const [grabbed, setGrabbed] = useState<{ x: number; width: number }>();
  const drag = (event: PointerEvent): void => {
    if (grabbed !== undefined) props.onWidth(Math.max(smallest, grabbed.width + event.clientX - grabbed.x));
  };
  return (
    <span
      className="grid__resize"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        setGrabbed({ x: event.clientX, width: props.width });
      }}
      onPointerMove={drag}
      onPointerUp={() => setGrabbed(undefined)}
      onDoubleClick={() => props.onWidth(undefined)}
    />
  );
}

/** The row of titles. Shift adds a column to those that sort. */
export function GridHead<Row>({ columns, widths, frozen, views }: HeadProps<Row>): ReactNode {
  const { view, change } = views;
  return (
    <div
      className="grid__head"
      role="row"
      aria-rowindex={1}
      tabIndex={-1}
      style={{ width: widths.reduce((sum, width) => sum + width, 0) }}
    >
      {columns.map((column, at) => {
        const place = view.sort.findIndex((entry) => entry.column === column.id);
        const sorted = view.sort[place];
        const Icon = sorted?.descending === true ? IconChevronDown : IconChevronUp;
        const right = column.align === 'right' ? ' grid__cell--right' : '';
        const stays = at < frozen ? ' grid__cell--frozen' : '';
        const edge = at === frozen - 1 ? ' grid__cell--edge' : '';
        return (
          <div
            key={column.id}
            role="columnheader"
            tabIndex={-1}
            aria-colindex={at + 1}
            aria-sort={sorted === undefined ? 'none' : sorted.descending ? 'descending' : 'ascending'}
            className={`grid__cell${right}${stays}${edge}`}
            style={frozenStyle(widths, frozen, at)}
          >
            <button
              type="button"
              className="grid__sort"
              title={column.title}
              onClick={(event) => change({ sort: nextSort(view.sort, column.id, event.shiftKey) })}
            >
              <span className="grid__text">{column.title}</span>
              {sorted === undefined ? null : <Icon size={13} aria-hidden="true" />}
              {sorted !== undefined && view.sort.length > 1 ? <sub>{place + 1}</sub> : null}
            </button>
            <Edge
              width={widths[at] ?? column.width}
              onWidth={(width) => {
                const { [column.id]: _old, ...others } = view.widths;
                change({ widths: width === undefined ? others : { ...others, [column.id]: width } });
              }}
            />
          </div>
        );
      })}
    </div>
  );
}
