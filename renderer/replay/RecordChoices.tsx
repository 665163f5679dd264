/** Choosing records one by one. What is posted stands below, done, with its number in the ERP. */
import { type ReactNode, useMemo } from 'react';
import type { RecordListItem } from '../../engine/api/contract.ts';
import { ChoiceBox, ChoiceContext } from '../grid/ChoiceBox.tsx';
import { Grid, type GridColumn } from '../grid/Grid.tsx';
import { DocumentLink, nameOf, recordColumns } from '../lists/record-columns.tsx';
import { t } from '../strings/index.ts';
import { isOpen } from './choice.ts';

const words = t.replay;

function Box({ record }: { record: RecordListItem }): ReactNode {
  if (isOpen(record)) return <ChoiceBox id={record.key} label={words.chooseRecord(nameOf(record))} />;
  const number = record.target?.number ?? record.target?.id ?? '';
  return <span className="tag tag--good">{words.posted(number)}</span>;
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
    <ChoiceContext.Provider value={choice}>
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
    </ChoiceContext.Provider>
  );
}
