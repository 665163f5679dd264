/** Notes and the frames around groups. */
import { type NodeProps, NodeResizer } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import { changeNote, renameGroup } from '../state/layout.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { GroupNode, NoteNode } from './derive.ts';
import { NameField } from './NameField.tsx';

/** A note: its text is written right on it. */
export const NoteFace = memo(function NoteFace({ id, data, selected }: NodeProps<NoteNode>): ReactNode {
  const { store } = useAppContext();
  const editable = useApp((state) => state.canEdit());
  const { note } = data;
  return (
    <div className="note">
      <NodeResizer
        isVisible={selected && editable}
        minWidth={96}
        minHeight={48}
        onResizeEnd={(_event, { width, height }) =>
          store
            .getState()
            .edit({ name: t.edits.noteSize, undo: 'record' }, (doc) => changeNote(doc, { id, size: [width, height] }))
        }
      />
      <textarea
        className="note__text nodrag"
        aria-label={t.designer.noteText}
        value={note.text}
        readOnly={!editable}
        onChange={(event) => {
          const text = event.target.value;
          store
            .getState()
            .edit({ name: t.edits.noteText, undo: 'merge', group: `note:${id}` }, (doc) =>
              changeNote(doc, { id, text }),
            );
        }}
        onBlur={() => store.getState().endGroup()}
      />
    </div>
  );
});

/** The frame around a group; its name chooses the members. */
export const GroupFrame = memo(function GroupFrame({ data }: NodeProps<GroupNode>): ReactNode {
  const { store } = useAppContext();
  const renaming = useApp((state) => state.renaming === data.id);
  return (
    <div className="frame">
      {renaming ? (
        <NameField
          label={t.designer.groupName}
          value={data.label}
          onDone={(label) => {
            store.getState().setView({ renaming: undefined });
            if (label !== undefined && label.trim() !== '')
              store
                .getState()
                .edit({ name: t.edits.renameGroup, undo: 'record' }, (doc) =>
                  renameGroup(doc, { id: data.id, label: label.trim() }),
                );
          }}
        />
      ) : (
        <button
          type="button"
          className="frame__name nodrag"
          onClick={() => store.getState().select(data.members)}
          onDoubleClick={() => store.getState().setView({ renaming: data.id })}
        >
          {data.label}
        </button>
      )}
    </div>
  );
});
