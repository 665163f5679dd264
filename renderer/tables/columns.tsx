/** Columns of a table's grid: its keys, its targets, and what every row may have. */
import type { ReactNode } from 'react';
import type { MappingRow, MappingTableSchema } from '../../engine/model/mapping-table.ts';
import type { GridColumn } from '../grid/Grid.tsx';
import { t } from '../strings/index.ts';
import { type CellPart, cellText, partsOf } from './rows.ts';

const words = t.tables;

const titleOf = (cell: CellPart): string => {
  switch (cell.part) {
    case 'key':
    case 'target':
      return cell.label;
    case 'from':
      return words.validFrom;
    case 'to':
      return words.validTo;
    case 'suspense':
      return words.suspense;
    case 'note':
      return words.note;
  }
};

const aliasOf = (cell: CellPart): string =>
  cell.part === 'key' || cell.part === 'target'
    ? cell.name
    : cell.part === 'from' || cell.part === 'to'
      ? `valid_${cell.part}`
      : cell.part;

const widths: Readonly<Record<CellPart['part'], number>> = {
  key: 170,
  target: 170,
  from: 110,
  to: 110,
  suspense: 110,
  note: 260,
};

/** A code with its name in the target system, which tells people what the code means. */
function NamedCode({ code, name }: { code: string; name: string | undefined }): ReactNode {
  return (
    <span className="grid__text" title={name}>
      {code}
      {name === undefined || name === '' ? null : <span className="cell-faint"> {name}</span>}
    </span>
  );
}

/**
 * The columns, all of which can be edited.
 * @param nameOf what the target system calls a code of a column
 */
export function columnsOf(
  schema: MappingTableSchema,
  nameOf?: (column: string, code: string) => string | undefined,
): GridColumn<MappingRow>[] {
  return [...partsOf(schema)].map(([id, cell]) => ({
    id,
    title: titleOf(cell),
    aliases: [aliasOf(cell)],
    value: (row) => (cell.part === 'suspense' ? (row.suspense === true ? words.isSuspense : '') : cellText(row, cell)),
    edit: (row) => cellText(row, cell),
    width: widths[cell.part],
    ...(nameOf === undefined || cell.part !== 'target'
      ? {}
      : {
          cell: (row: MappingRow) => <NamedCode code={cellText(row, cell)} name={nameOf(id, cellText(row, cell))} />,
        }),
  }));
}
