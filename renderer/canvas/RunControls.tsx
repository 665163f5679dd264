/** Dry run, post and stop. Posting states verb, count, amount, target and environment, and is confirmed. */
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { PostingSheet } from '../../engine/model/run.ts';
import { formatAmount } from '../app/format.ts';
import { connectionAt } from '../state/connections-slice.ts';
import { errorOf } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

const underWay = ['queued', 'running', 'waiting'] as const;

/** What would be posted, in the words of the confirmation. */
function sumOf(sheet: PostingSheet): { count: number; amount: string } {
  const sums = Object.entries(sheet.totals.byCurrency);
  return {
    count: sums.reduce((count, [, sum]) => count + sum.count, 0),
    amount: sums.map(([currency, sum]) => formatAmount(sum.amount, 'minus', currency)).join(' + '),
  };
}

function PostDialog({ sheet, onClose }: { sheet: PostingSheet | undefined; onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  const target = useApp((state) => {
    const writes = state.flow?.nodes.flatMap((node) => (node.kind === 'write' ? [String(node.config.slot)] : [])) ?? [];
    const names = writes.flatMap((slot) => {
      const connection = connectionAt(state.connections, state.bindings?.slots, slot);
      return connection === undefined ? [] : [`${connection.name} (${t.environment[connection.environment]})`];
    });
    return [...new Set(names)].join(', ');
  });
  const sum = sheet === undefined ? undefined : sumOf(sheet);
  return (
    <Modal opened onClose={onClose} title={t.run.postTitle} closeButtonProps={{ 'aria-label': t.designer.close }}>
      <p>{sum === undefined ? t.run.postUnknown : t.run.postText(sum.count, sum.amount, target)}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.flows.cancel}
        </Button>
        {sheet === undefined || sum === undefined ? (
          <Button
            onClick={() => {
              onClose();
              void store.getState().dryRun();
            }}
          >
            {t.run.dry}
          </Button>
        ) : (
          <Button
            color="red"
            onClick={() => {
              onClose();
              void store.getState().postRun(sheet);
            }}
          >
            {t.run.postVerb(sum.count, sum.amount, target)}
          </Button>
        )}
      </div>
    </Modal>
  );
}

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
      <Button leftSection={props.playIcon} disabled={!idle} onClick={() => void store.getState().dryRun()}>
        {t.run.dry}
      </Button>
      <Button variant="default" disabled={!idle} onClick={() => void ask()}>
        {t.run.post}
      </Button>
      <RefusalDialog />
      {posting === undefined ? null : <PostDialog sheet={posting.sheet} onClose={() => setPosting(undefined)} />}
    </>
  );
}

const toneOf = (status: string): string =>
  status === 'succeeded' ? 'good' : status === 'failed' ? 'bad' : status === 'partlySucceeded' ? 'warn' : 'info';
