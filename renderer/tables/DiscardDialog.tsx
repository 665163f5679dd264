/** Asks before changes that are not published are dropped. */
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { TableWork } from './table-work.ts';

const words = t.tables;

/** The dialog. */
export function DiscardDialog({ work, onClose }: { work: TableWork; onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  const discard = async (): Promise<void> => {
    onClose();
    try {
      await work.discard();
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.discardingTable));
    }
  };
  return (
    <Modal opened onClose={onClose} title={words.discardTitle} closeButtonProps={{ 'aria-label': t.designer.close }}>
      <p>{words.discardText}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.flows.cancel}
        </Button>
        <Button onClick={() => void discard()}>{words.discardVerb}</Button>
      </div>
    </Modal>
  );
}
