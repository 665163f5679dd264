/** Dry run, post and stop. Posting states verb, count, amount, target and environment, and is confirmed. */
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { PostingSheet } from '../../engine/model/run.ts';
import { errorOf } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { PostDialog } from './PostDialog.tsx';

const underWay = ['queued', 'running', 'waiting'] as const;

/** The host did not post: the sheet is of another state. A fresh dry run makes a sheet that holds. */
function RefusalDialog(): ReactNode {
  const { store } = useAppContext();
  const refusal = useApp((state) => state.postRefusal);
  if (refusal === undefined) return null;
  const close = (): void => store.getState().forgetRefusal();
  return (
    <Modal opened onClose={close} title={t.run.postRefused} closeButtonProps={{ 'aria-label': t.designer.close }}>
      <p>{refusal.message}</p>
      <p>{refusal.hint}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={close}>
          {t.flows.cancel}
        </Button>
        <Button
          data-autofocus
          onClick={() => {
            close();
            void store.getState().dryRun();
          }}
        >
          {t.run.dry}
        </Button>
      </div>
    </Modal>
  );
}

/** The buttons of the run. */
export function RunControls(props: { playIcon: ReactNode; stopIcon: ReactNode }): ReactNode {
  const { store, client } = useAppContext();
  const progress = useApp((state) => state.progress[state.flowId ?? '']);
  const idle = useApp((state) => state.canRun());
  const [posting, setPosting] = useState<{ sheet: PostingSheet | undefined }>();
  const run = progress?.run;
  if (run !== undefined && underWay.some((status) => status === run.status)) {
    const { waiting } = progress ?? {};
    const seconds = waiting === undefined ? 0 : Math.max(0, Math.ceil((waiting.until - Date.now()) / 1000));
    return (
      <>
        <span className="tag tag--info" role="status">
          {waiting === undefined ? t.run.status.running : t.run.waiting(waiting.system, seconds)}
        </span>
        <Button
          color="red"
          variant="light"
          leftSection={props.stopIcon}
          onClick={() => void store.getState().cancelRun()}
        >
          {t.run.stop}
        </Button>
      </>
    );
  }
  const ask = async (): Promise<void> => {
    try {
      const sheet = run?.kind === 'dry' ? await client.run.postingSheet({ runId: run.id }) : undefined;
      setPosting({ sheet });
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.fetchingPostingSheet));
    }
  };
  // The filled button is the next step.
  const hasSheet = run?.kind === 'dry' && (run.status === 'succeeded' || run.status === 'partlySucceeded');
  return (
    <>
      {run === undefined ? null : (
        <button
          type="button"
          className={`tag tag--${toneOf(run.status)} tag--button`}
          title={t.run.clear}
          onClick={() => store.getState().clearProgress()}
        >
          {`${t.run.kind[run.kind]}: ${t.run.status[run.status]}`}
        </button>
      )}
      <Button
        variant={hasSheet ? 'default' : 'filled'}
        leftSection={props.playIcon}
        disabled={!idle}
        onClick={() => void store.getState().dryRun()}
      >
        {t.run.dry}
      </Button>
      <Button variant={hasSheet ? 'filled' : 'default'} disabled={!idle} onClick={() => void ask()}>
        {t.run.post}
      </Button>
      <RefusalDialog />
      {posting === undefined ? null : <PostDialog sheet={posting.sheet} onClose={() => setPosting(undefined)} />}
    </>
  );
}

const toneOf = (status: string): string =>
  status === 'succeeded' ? 'good' : status === 'failed' ? 'bad' : status === 'partlySucceeded' ? 'warn' : 'info';
