/** The file was saved elsewhere: both versions, what differs, and the choice. Nothing is lost by looking. */
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { compareFlows } from '../state/compare.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** The dialog; it closes with the choice. */
export function ConflictDialog(): ReactNode {
  const { store } = useAppContext();
  const conflict = useApp((state) => state.conflict);
  if (conflict === undefined) return null;
  const { mine, theirs } = conflict;
  const changes = theirs === undefined ? [] : compareFlows(theirs.document, mine, { layout: true });
  const choose = (keep: 'mine' | 'theirs'): void => void store.getState().resolveConflict(keep);
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t.designer.conflictTitle} size="lg">
      <p>{theirs === undefined ? t.designer.conflictGone : t.designer.conflictText}</p>
      {changes.length === 0 ? null : (
        <>
          <p>{t.designer.conflictDiffers(changes.length)}</p>
          <ul className="changes">
            {changes.slice(0, 12).map((change) => (
              <li key={`${change.what}.${change.id}`}>
                <span className={`tag step__change--${change.change}`}>{t.designer.change[change.change]}</span>{' '}
                {change.id} <span className="changes__fields">{change.fields.join(', ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="dialog-actions">
        {theirs === undefined ? null : (
          <Button variant="default" onClick={() => choose('theirs')}>
            {t.designer.conflictTheirs}
          </Button>
        )}
        <Button onClick={() => choose('mine')}>{t.designer.conflictMine}</Button>
      </div>
    </Modal>
  );
}
