/** Publishing: what differs from the published version, row by row, before it is made. */
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { TableDiff } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { Waiting } from '../app/parts.tsx';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { Diff } from './Diff.tsx';
import { odditiesOf } from './rows.ts';
import type { TableWork } from './table-work.ts';
import type { Codes } from './use-codes.ts';

const words = t.tables;

/** The draft as the host has it, compared with what is published. */
function useDiff(work: TableWork): {
  /** With the revision of the draft that was compared. */
  shown: { diff: TableDiff; revision: string } | undefined;
  error: AppErrorData | undefined;
  blocked: number;
} {
  const { client } = useAppContext();
  const [shown, setShown] = useState<{ diff: TableDiff; revision: string }>();
  const [error, setError] = useState<AppErrorData>();
  const [blocked, setBlocked] = useState(0);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const table = await work.ready();
      if (table === undefined) return setError(work.store.getState().error);
      const { schema, problems, revision } = table;
      setBlocked(problems.filter(({ severity }) => severity === 'blocking').length);
      setShown({ diff: await client.table.diff({ id: schema.id }), revision });
    };
    look().catch((thrown) => setError(errorOf(thrown, t.doing.comparingTable)));
  }, [work, client]);
  return { shown, error, blocked };
}

/** The dialog. */
export function PublishDialog(props: { work: TableWork; codes: Codes; onClose: () => void }): ReactNode {
  const { work, codes, onClose } = props;
  const { store } = useAppContext();
  const { shown, error, blocked } = useDiff(work);
  const diff = shown?.diff;
  const { table, rows } = work.store.getState();
  if (table.state !== 'ready') return null;
  const { schema, version } = table.value;
  const odd = odditiesOf(schema, rows, codes.oddity).length;
  const changes = diff === undefined ? 0 : diff.added.length + diff.changed.length + diff.removed.length;
  const publish = async (): Promise<void> => {
    onClose();
    try {
      const done = await work.publish(shown?.revision);
      if (done !== undefined)
        store.getState().notify({ tone: 'good', title: words.published(schema.name, done.version) });
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.publishingTable));
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={words.publishTitle(schema.name)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      {error === undefined ? <p>{words.publishText}</p> : null}
      {error === undefined ? null : (
        <p className="alert-line" role="alert">
          {error.message} {error.hint}
        </p>
      )}
      {diff === undefined && error === undefined ? <Waiting text={words.comparing} /> : null}
      {diff === undefined ? null : changes === 0 ? (
        <p>{words.noChanges}</p>
      ) : (
        <Diff schema={schema} diff={diff} removes />
      )}
      {odd === 0 ? null : <p className="alert-line alert-line--warn">{words.codes.warning(odd)}</p>}
      {blocked === 0 ? null : (
        <p className="alert-line" role="alert">
          {words.publishBlocked(blocked)}
        </p>
      )}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t.flows.cancel}
        </Button>
        <Button disabled={diff === undefined || blocked > 0} onClick={() => void publish()}>
          {words.publishVerb(version + 1)}
        </Button>
      </div>
    </Modal>
  );
}
