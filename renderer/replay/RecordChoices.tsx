/** Choosing records one by one. What is posted stands below, done, with its number in the ERP. */
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { RecordListItem } from '../../engine/api/contract.ts';
import { Grid, type GridColumn } from '../grid/Grid.tsx';
import { DocumentLink, nameOf, recordColumns } from '../lists/record-columns.tsx';
import { t } from '../strings/index.ts';
import { isOpen } from './choice.ts';

const words = t.replay;

/** Rows keep their drawing while the choice changes: only the boxes listen to it. */
const Choice = createContext<{ chosen: ReadonlySet<string>; toggle: (key: string) => void }>({
  chosen: new Set(),
  toggle: () => undefined,
});

function Box({ record }: { record: RecordListItem }): ReactNode {
  const { chosen, toggle } = useContext(Choice);
  if (!isOpen(record)) {
    const number = record.target?.number ?? record.target?.id ?? '';
    return <span className="tag tag--good">{words.posted(number)}</span>;
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of the grid is pressed by Enter, which looks for a button
    <button
      type="button"
      role="checkbox"
      tabIndex={-1}
      className="replay__box"
      aria-checked={chosen.has(record.key)}
      aria-label={words.chooseRecord(nameOf(record))}
      onClick={() => toggle(record.key)}
    >
      {chosen.has(record.key) ? '✓' : ''}
    </button>
  );
}

const wanted = ['record', 'status', 'amount', 'reason', 'remedy', 'project', 'code'];
const columns: readonly GridColumn<RecordListItem>[] = [
  {
    id: 'choose',
    title: words.choose,
    value: (record) => (isOpen(record) ? 0 : 1),
    text: (record) => (isOpen(record) ? '' : words.posted(record.target?.number ?? '')),
    width: 180,
    cell: (record) => <Box record={record} />,
  },
  ...recordColumns.filter(({ id }) => wanted.includes(id)),
  {
    id: 'document',
    title: words.postedColumn,
    value: ({ target }) => target?.number ?? target?.id ?? '',
    width: 120,
    hidden: true,
    cell: ({ target }) => <DocumentLink target={target} />,
  },
];

const idOf = (record: RecordListItem): string => `${record.key} ${record.nodeId}`;

/** The list. */
export function RecordChoices(props: {
  records: readonly RecordListItem[];
  chosen: ReadonlySet<string>;
  onToggle: (key: string) => void;
  onActive: (record: RecordListItem) => void;
}): ReactNode {
  const { records, chosen, onToggle, onActive } = props;
  const choice = useMemo(() => ({ chosen, toggle: onToggle }), [chosen, onToggle]);
  return (
    <Choice.Provider value={choice}>
      <Grid
        id="replay"
        label={words.list}
        rows={records}
        columns={columns}
        idOf={idOf}
        onActive={onActive}
        onRowKey={(event, record) => {
          if (event.key !== ' ' || !isOpen(record)) return;
          event.preventDefault();
          onToggle(record.key);
        }}
      />
    </Choice.Provider>
  );
}
