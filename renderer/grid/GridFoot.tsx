/** The status line of the grid: how many rows, and what the chosen cells add up to. */
import { type ReactNode, useCallback } from 'react';
import { formatAmount } from '../app/format.ts';
import { useApp } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { GridColumn } from './column.ts';
import { cellCount, type Selection } from './selection.ts';
import { type CurrencySum, selectionTotals } from './totals.ts';
import { useWork } from './use-work.ts';

/** Plain numbers show the decimals they have; money shows two at least. */
const written = (amount: string, currency: string, style: 'minus' | 'brackets'): string =>
  currency === '' ? formatAmount(amount, style).replace(/\.00(?=\)?$)/, '') : formatAmount(amount, style, currency);

function Sums({ sums, many }: { sums: readonly CurrencySum[]; many: boolean }): ReactNode {
  const hidden = useApp((state) => state.amountsHidden);
  const style = useApp((state) => state.settings.negativeAmounts);
  return sums.map(({ currency, sum, min, max }) => (
    <span key={currency} className={hidden && currency !== '' ? 'grid__sums amount--hidden' : 'grid__sums'}>
      <span>
        {t.grid.sum} <strong>{written(sum, currency, style)}</strong>
      </span>
      {many ? (
        <>
          <span>
            {t.grid.min} {written(min, currency, style)}
          </span>
          <span>
            {t.grid.max} {written(max, currency, style)}
          </span>
        </>
      ) : null}
    </span>
  ));
}

function Chosen<Row>(props: {
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  selection: Selection;
}): ReactNode {
  const { rows, columns, selection } = props;
  const { anchor, active } = selection;
  const { row: fromRow, column: fromColumn } = anchor;
  const { row, column } = active;
  const cells = cellCount(selection);
  // By its numbers: the selection is made afresh at every drawing.
  const work = useCallback(
    () =>
      selectionTotals(rows, columns, {
        anchor: { row: fromRow, column: fromColumn },
        active: { row, column },
      }),
    [rows, columns, fromRow, fromColumn, row, column],
  );
  const { result, busy } = useWork(work, cells);
  if (busy || result === undefined) return <span>{t.grid.adding}</span>;
  return (
    <>
      <span>{t.grid.cells(cells)}</span>
      <span>{t.grid.filled(result.count)}</span>
      <Sums sums={result.sums} many={result.sums.length < 3} />
    </>
  );
}

/** The line. */
export function GridFoot<Row>(props: {
  rows: readonly Row[];
  /** Rows before filtering. */
  count: number;
  columns: readonly GridColumn<Row>[];
  selection: Selection;
  busy: boolean;
  children: ReactNode;
}): ReactNode {
  const { rows, count, columns, selection } = props;
  return (
    <div className="grid__foot">
      <span>{rows.length === count ? t.grid.rows(count) : t.grid.rowsOf(rows.length, count)}</span>
      {props.busy ? <span>{t.grid.arranging}</span> : null}
      {props.children}
      <span className="screen__spring" />
      <span className="grid__chosen" role="status">
        {rows.length > 0 && cellCount(selection) > 1 ? (
          <Chosen rows={rows} columns={columns} selection={selection} />
        ) : null}
      </span>
    </div>
  );
}
