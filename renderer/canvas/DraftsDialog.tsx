/** Earlier drafts of the open flow: autosaves of the last days, each can be taken back as one undoable step. */
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { FlowDraftInfo } from '../../engine/api/contract.ts';
import { Failed, RelativeTime, Waiting } from '../app/parts.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** The dialog. */
export function DraftsDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { client, store } = useAppContext();
  const flowId = useApp((state) => state.flowId);
  const [drafts, setDrafts] = useState<Loadable<readonly FlowDraftInfo[]>>({ state: 'loading' });
  useEffect(() => {
    if (flowId === undefined) return;
    let current = true;
    client.flow
      .drafts({ id: flowId })
      .then((value) => current && setDrafts({ state: 'ready', value }))
      .catch((thrown) => current && setDrafts({ state: 'failed', error: errorOf(thrown, t.doing.listingDrafts) }));
    return () => {
      current = false;
    };
  }, [client, flowId]);
  const take = async (draftId: string): Promise<void> => {
    try {
      const document = await client.flow.draft({ id: flowId ?? '', draftId });
      store.getState().edit({ name: t.edits.takeDraft, undo: 'record' }, (doc) => ({
        ...document,
        id: doc.id,
        version: doc.version,
      }));
      onClose();
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.fetchingDraft));
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.designer.draftsTitle}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p>{t.designer.draftsText}</p>
      {drafts.state === 'failed' ? <Failed title={t.lists.failed} error={drafts.error} /> : null}
      {drafts.state === 'loading' ? <Waiting text={t.lists.loading} /> : null}
      {drafts.state === 'ready' && drafts.value.length === 0 ? <p>{t.designer.draftsNone}</p> : null}
      {drafts.state === 'ready' ? (
        <ul className="drafts">
          {drafts.value.map(({ id, savedAt }) => (
            <li key={id}>
              <span>
                {new Date(savedAt).toLocaleString()} · <RelativeTime at={savedAt} />
              </span>
              <Button variant="default" size="compact-xs" onClick={() => void take(id)}>
                {t.designer.draftsTake}
                <span className="visually-hidden"> {new Date(savedAt).toLocaleString()}</span>
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </Modal>
  );
}
