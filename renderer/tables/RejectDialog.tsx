/** Asks why proposals are rejected: the reason stays with the rows, for those who come after. */
import { Button, Modal, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { t } from '../strings/index.ts';

const words = t.tables.proposals;

/** The dialog. */
export function RejectDialog(props: {
  count: number;
  /** The version that the rejection makes. */
  version: number;
  onClose: () => void;
  onReject: (reason: string) => void;
}): ReactNode {
  const { count, version, onClose, onReject } = props;
  const [reason, setReason] = useState('');
  const isReady = reason.trim() !== '';
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.rejectTitle(count)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onReject(reason.trim());
        }}
      >
        <p>{words.rejectText(version)}</p>
        <Textarea
          label={words.rejectReason}
          withAsterisk
          value={reason}
          maxLength={500}
          minRows={2}
          data-autofocus
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && event.ctrlKey && isReady) onReject(reason.trim());
          }}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t.flows.cancel}
          </Button>
          <Button type="submit" disabled={!isReady}>
            {words.rejectVerb(count)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
