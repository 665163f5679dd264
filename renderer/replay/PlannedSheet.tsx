/** The posting sheet of the chosen records, what is posted already, and what would still stand open. */
import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RecordListItem } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { Sheet } from '../dock/SheetPanel.tsx';
import { DocumentLink, nameOf, reasonOf } from '../lists/record-columns.tsx';
import { t } from '../strings/index.ts';
import { PostReplay } from './PostReplay.tsx';
import type { PlannedReplay } from './use-replay.ts';

const words = t.replay;

function Named({ title, records }: { title: string; records: readonly RecordListItem[] }): ReactNode {
  if (records.length === 0) return null;
  return (
    <details className="replay__named" open={records.length <= 5}>
      <summary>{title}</summary>
      <ul>
        {records.map((record) => (
          <li key={`${record.key} ${record.nodeId}`}>
            <strong dir="auto">{nameOf(record)}</strong> <DocumentLink target={record.target} /> {reasonOf(record)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The second step of the screen. */
export function PlannedSheet(props: {
  planned: PlannedReplay;
  error: AppErrorData | undefined;
  onAgain: () => void;
  onPost: () => void;
}): ReactNode {
  const { planned, error, onAgain, onPost } = props;
  const { sheet, already, open } = planned;
  return (
    <div className="replay__planned">
      <h2 className="replay__title">{words.sheet}</h2>
      {error === undefined ? null : (
        <p className="alert-line" role="alert">
          {error.message} {error.hint}
        </p>
      )}
      <Named title={words.already(already.length)} records={already} />
      <Named title={words.stillOpen(open.length)} records={open} />
      {sheet.omitted === undefined ? null : (
        <p className="alert-line alert-line--warn">{words.omitted(sheet.omitted)}</p>
      )}
      <div className="replay__sheet">
        <Sheet sheet={sheet} />
      </div>
      <div className="dialog-actions">
        <Button variant="default" leftSection={<IconArrowLeft size={15} aria-hidden="true" />} onClick={onAgain}>
          {words.again}
        </Button>
        <PostReplay sheet={sheet} onPost={onPost} />
      </div>
    </div>
  );
}
