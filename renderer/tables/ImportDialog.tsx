/** A CSV or XLSX file compared with the table, line by line, before anything is changed. */
import { Button, Checkbox, Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { TableDiff, TableView } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { type ChosenTableFile, chooseTable } from '../app/files.ts';
import { Waiting } from '../app/parts.tsx';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { Diff } from './Diff.tsx';
import type { TableWork } from './table-work.ts';

const words = t.tables.import;

type Preview =
  | { state: 'reading' }
  | { state: 'read'; diff: TableDiff; table: TableView }
  | { state: 'refused'; error: AppErrorData };

function usePreview(of: { id: string; file: ChosenTableFile; removeMissing: boolean; work: TableWork }): Preview {
  const { client } = useAppContext();
  const { id, file, removeMissing, work } = of;
  const [preview, setPreview] = useState<Preview>({ state: 'reading' });
  useEffect(() => {
    let isOver = false;
    const show = (next: Preview): void => {
      if (!isOver) setPreview(next);
    };
    const look = async (): Promise<void> => {
      if (file.error !== undefined) return show({ state: 'refused', error: file.error });
      // An import ends with the table as the host has it: what it does not have would be lost.
      const kept = await work.ready();
      const trouble = work.store.getState().error;
      if (kept === undefined && trouble !== undefined) return show({ state: 'refused', error: trouble });
      const { fileName, content } = file;
      show({ state: 'read', ...(await client.table.import({ id, fileName, content, preview: true, removeMissing })) });
    };
    look().catch((thrown) => show({ state: 'refused', error: errorOf(thrown, t.doing.importingTable) }));
    return () => {
      isOver = true;
    };
  }, [client, id, file, removeMissing, work]);
  return preview;
}

/** The dialog. */
export function ImportDialog(props: {
  view: TableView;
  work: TableWork;
  file: ChosenTableFile;
  onClose: () => void;
}): ReactNode {
  const { view, work, onClose } = props;
  const { store, client } = useAppContext();
  const { id, name } = view.schema;
  const [file, setFile] = useState(props.file);
  const [removeMissing, setRemoveMissing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<AppErrorData>();
  const preview = usePreview({ id, file, removeMissing, work });
  const diff = preview.state === 'read' ? preview.diff : undefined;
  const wrong = diff === undefined ? 0 : diff.rejected.length + diff.problems.length;
  const changes =
    diff === undefined ? 0 : diff.added.length + diff.changed.length + (removeMissing ? diff.removed.length : 0);
  const another = async (): Promise<void> => {
    const chosen = await chooseTable({ store, client });
    if (chosen !== undefined) setFile(chosen);
  };
  const take = async (publish: boolean): Promise<void> => {
    if (preview.state !== 'read' || file.error !== undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { fileName, content } = file;
      const { revision } = preview.table;
      const order = { id, fileName, content, preview: false, removeMissing, publish, revision };
      const { table } = await client.table.import(order);
      await work.takeTheirs();
      onClose();
      const title = publish ? words.done(changes, table.version) : words.doneDraft(changes);
      store.getState().notify({ tone: 'good', title });
    } catch (thrown) {
      setFailure(errorOf(thrown, t.doing.importingTable));
    } finally {
      setBusy(false);
    }
  };
  const isReady = diff !== undefined && wrong === 0 && changes > 0 && !isBusy;
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={words.title(name)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p className="import__file">
        {words.file} <strong dir="auto">{file.fileName}</strong>
        <Button variant="default" size="compact-sm" onClick={() => void another()}>
          {words.another}
        </Button>
      </p>
      {preview.state === 'reading' ? <Waiting text={words.reading(file.fileName)} /> : null}
      {preview.state === 'refused' ? (
        <div className="alert-line" role="alert">
          <strong>{words.refused}</strong>
          <p>{preview.error.message}</p>
          <p>{preview.error.hint}</p>
        </div>
      ) : null}
      {diff === undefined ? null : (
        <>
          {diff.removed.length === 0 ? null : (
            <Checkbox
              className="import__remove"
              label={words.removeMissing}
              description={removeMissing ? undefined : words.kept}
              checked={removeMissing}
              onChange={(event) => setRemoveMissing(event.currentTarget.checked)}
            />
          )}
          <Diff schema={view.schema} diff={diff} isFile removes={removeMissing} />
          {wrong > 0 ? (
            <p className="alert-line" role="alert">
              {words.wrong(wrong)}
            </p>
          ) : changes === 0 ? (
            <p>{words.same}</p>
          ) : view.draft ? (
            <p className="alert-line alert-line--warn">{words.withDraft}</p>
          ) : null}
        </>
      )}
      {failure === undefined ? null : (
        <p className="alert-line" role="alert">
          {failure.message} {failure.hint}
        </p>
      )}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t.flows.cancel}
        </Button>
        <Button variant={view.draft ? 'filled' : 'default'} disabled={!isReady} onClick={() => void take(false)}>
          {words.draft}
        </Button>
        {view.draft ? null : (
          <Button disabled={!isReady} onClick={() => void take(true)}>
            {words.publish(view.version + 1)}
          </Button>
        )}
      </div>
    </Modal>
  );
}
