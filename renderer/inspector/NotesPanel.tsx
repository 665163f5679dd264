/** The Notes tab: a remark on the node, kept in the flow file. */
import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { shownDocument } from '../canvas/shown.ts';
import { annotateNode } from '../state/document.ts';
import { nodeOf } from '../state/graph.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './inspector.css';

/** The tab. */
export function NotesPanel({ nodeId }: { nodeId: string }): ReactNode {
  const { store } = useAppContext();
  const note = useApp((state) => {
    const doc = shownDocument(state);
    const value = doc === undefined ? undefined : nodeOf(doc, nodeId)?.note;
    return typeof value === 'string' ? value : '';
  });
  const editable = useApp((state) => state.canEdit());
  return (
    <div className="setup">
      <Textarea
        label={t.inspector.notesLabel}
        description={t.inspector.notesHelp}
        autosize
        minRows={6}
        dir="auto"
        value={note}
        disabled={!editable}
        onChange={(event) => {
          const text = event.currentTarget.value;
          store
            .getState()
            .edit({ name: t.edits.noteText, undo: 'merge', group: `note:${nodeId}` }, (doc) =>
              annotateNode(doc, { id: nodeId, note: text }),
            );
        }}
        onBlur={() => store.getState().endGroup()}
      />
    </div>
  );
}
