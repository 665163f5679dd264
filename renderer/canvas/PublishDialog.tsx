/** Publishing: what a version is, and a note for those who come after. */
import { Button, Modal, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** The dialog. */
export function PublishDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  const version = useApp((state) => state.publishedVersion);
  const [note, setNote] = useState('');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.designer.publishTitle}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p>{t.designer.publishText}</p>
      <Textarea
        label={t.designer.publishNote}
        value={note}
        maxLength={500}
        minRows={2}
        data-autofocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t.flows.cancel}
        </Button>
        <Button
          onClick={() => {
            onClose();
            void store.getState().publishFlow(note);
          }}
        >
          {t.designer.publishVerb(version + 1)}
        </Button>
      </div>
    </Modal>
  );
}
