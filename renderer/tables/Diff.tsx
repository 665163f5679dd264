/** What a file or a publication changes in a table, row by row. */
import type { ReactNode } from 'react';
import type { TableDiff } from '../../engine/api/contract.ts';
import type { MappingRow, MappingTableSchema } from '../../engine/model/mapping-table.ts';
import { textOf } from '../grid/column.ts';
import type { GridColumn } from '../grid/Grid.tsx';
import { t } from '../strings/index.ts';
import { columnsOf } from './columns.tsx';

const words = t.tables.diff;
/** Rows shown of each kind; the counts above say how many there are. */
const mostShown = 200;

interface Line {
  id: string;
  row: MappingRow;
  before?: MappingRow;
}

/** Columns that say anything in these rows. */
function told(schema: MappingTableSchema, lines: readonly Line[]): GridColumn<MappingRow>[] {
  const always = schema.keys.length + schema.targets.length;
  return columnsOf(schema).filter(
    (column, at) =>
      at < always ||
      lines.some(
        ({ row, before }) => textOf(column, row) !== '' || (before !== undefined && textOf(column, before) !== ''),
      ),
  );
}

function Rows({
  title,
  schema,
  lines,
}: {
  title: string;
  schema: MappingTableSchema;
  lines: readonly Line[];
}): ReactNode {
  if (lines.length === 0) return null;
  const columns = told(schema, lines.slice(0, mostShown));
  return (
    <div className="diff__part">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide list is scrolled by keyboard */}
      <section className="diff__scroll" tabIndex={0} aria-label={title}>
        <table className="diff__table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.id} scope="col">
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, mostShown).map(({ id, row, before }) => (
              <tr key={id}>
                {columns.map((column) => {
                  const now = textOf(column, row);
                  const then = before === undefined ? now : textOf(column, before);
                  return (
                    <td key={column.id} className={now === then ? undefined : 'diff__changed'} dir="auto">
                      {now === '' && then !== '' ? <em>{words.blank}</em> : <span>{now}</span>}
                      {now === then ? null : <span className="diff__before">{words.before(then)}</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {lines.length > mostShown ? <p className="cell-faint">{words.more(lines.length - mostShown)}</p> : null}
    </div>
  );
}

function Rejected({ diff }: { diff: TableDiff }): ReactNode {
  const wrong = [
    ...diff.rejected.map(({ line, reason, hint }) => ({ line: String(line), reason, hint })),
    ...diff.problems.map(({ message, hint }) => ({ line: '', reason: message, hint })),
  ];
  if (wrong.length === 0) return null;
  return (
    <div className="diff__part">
      <h3>{words.rejectedTitle}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard */}
      <section className="diff__scroll" tabIndex={0} aria-label={words.rejectedTitle}>
        <table className="diff__table">
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              <th scope="col">{words.reason}</th>
              <th scope="col">{words.remedy}</th>
            </tr>
          </thead>
          <tbody>
            {wrong.slice(0, mostShown).map(({ line, reason, hint }) => (
              <tr key={`${line} ${reason}`}>
                <td>{line}</td>
                <td className="diff__wrong">{reason}</td>
                <td>{hint}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {wrong.length > mostShown ? <p className="cell-faint">{words.more(wrong.length - mostShown)}</p> : null}
    </div>
  );
}

/** Counts, then the rows. `isFile`: rows that are missing stay unless `removes`. */
export function Diff(props: {
  schema: MappingTableSchema;
  diff: TableDiff;
  isFile?: boolean;
  removes: boolean;
}): ReactNode {
  const { schema, diff, isFile = false, removes } = props;
  const { added, changed, removed, unchanged } = diff;
  const wrong = diff.rejected.length + diff.problems.length;
  const lines = (rows: readonly MappingRow[]): Line[] => rows.map((row) => ({ id: row.id, row }));
  return (
    <div className="diff">
      <p className="diff__counts" role="status">
        <span className="tag tag--good">{words.added(added.length)}</span>
        <span className="tag tag--info">{words.changed(changed.length)}</span>
        <span className={removes && removed.length > 0 ? 'tag tag--warn' : 'tag'}>
          {removes ? words.removed(removed.length) : words.missing(removed.length)}
        </span>
        <span className="tag">{words.unchanged(unchanged)}</span>
        {wrong === 0 ? null : <span className="tag tag--bad">{words.rejected(wrong)}</span>}
      </p>
      <Rejected diff={diff} />
      <Rows
        title={words.changedTitle}
        schema={schema}
        lines={changed.map(({ before, after }) => ({ id: after.id, row: after, before }))}
      />
      <Rows title={words.addedTitle} schema={schema} lines={lines(added)} />
      {removes || isFile ? (
        <Rows title={removes ? words.removedTitle : words.missingTitle} schema={schema} lines={lines(removed)} />
      ) : null}
    </div>
  );
}
