/** Records side by side, a row a field; and the lines of one record. */
import type { ReactNode } from 'react';
import type { Fields, RecordSchema, WireRecord } from '../../engine/model/record.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { cellText, fieldRows, listsOf } from './flatten.ts';

/** Fields down, records across: what is the same and what differs shows at a glance. */
export function FieldTable(props: {
  records: readonly WireRecord[];
  schema: RecordSchema | undefined;
  current: number;
}): ReactNode {
  const { store } = useAppContext();
  const hidden = useApp((state) => state.amountsHidden);
  const { records, current } = props;
  const rows = fieldRows(
    records.map(({ value }) => value),
    props.schema,
  );
  return (
    <table className="field-table">
      <thead>
        <tr>
          <th scope="col">{t.dock.field}</th>
          {records.map((record, index) => (
            <th key={record.key} scope="col" data-current={index === current}>
              <button
                type="button"
                onClick={() => store.getState().stepSample(index - store.getState().sampleIndex, records.length)}
              >
                {record.origin.label ?? record.key}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.path}>
            <th scope="row" title={row.path}>
              {row.path}
            </th>
            {row.cells.map((cell, index) => (
              <td
                key={records[index]?.key}
                data-current={index === current}
                className={row.numeric ? (hidden ? 'number amount--hidden' : 'number') : undefined}
                dir="auto"
              >
                {cellText(cell, t.dock.entries)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const looksNumeric = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text) && !/^0\d/.test(text);

/** A table for each list of lines in a record. */
export function LineTables({ record }: { record: Fields }): ReactNode {
  return listsOf(record).map(({ path, lines }) => {
    const rows = fieldRows(lines, undefined);
    return (
      <section key={path} className="lines">
        <h3>{t.dock.linesOf(path, lines.length)}</h3>
        <table className="field-table">
          <thead>
            <tr>
              {rows.map((row) => (
                <th key={row.path} scope="col">
                  {row.path}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={typeof line.id === 'string' ? line.id : index}>
                {rows.map((row) => {
                  const text = cellText(row.cells[index], t.dock.entries);
                  return (
                    <td key={row.path} className={looksNumeric(text) ? 'number' : undefined} dir="auto">
                      {text}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    );
  });
}
