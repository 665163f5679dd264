/** The Setup tab: name, connection and the form that the node's kind declares. */
import { Select, Switch, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { navigate } from '../app/router.ts';
import { shownDocument } from '../canvas/shown.ts';
import { placeName, slotOf } from '../state/connections-slice.ts';
import { renameNode, setDisabled } from '../state/document.ts';
import { nodeOf } from '../state/graph.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './inspector.css';
import { NodeForm } from './NodeForm.tsx';

const addConnection = ' add';

/** The connection bound to a slot of the flow. */
export function ConnectionPicker({ slot }: { slot: string }): ReactNode {
  const { store } = useAppContext();
  const connector = useApp((state) => shownDocument(state)?.slots[slot]?.connector);
  const title = useApp((state) => state.connectors.get(connector ?? '')?.title ?? connector ?? slot);
  const connections = useApp((state) => valueIn(state.connections));
  const bound = useApp((state) => state.bindings?.slots[slot]);
  const choices = (connections ?? [])
    .filter((connection) => connection.connector === connector)
    .map((connection) => ({ value: connection.id, label: placeName(connection) }));
  return (
    <Select
      label={t.inspector.connection(title)}
      placeholder={t.inspector.noConnectionYet}
      data={[...choices, { value: addConnection, label: t.inspector.addConnection }]}
      value={bound ?? null}
      allowDeselect={false}
      data-field="connection"
      onChange={(id) => {
        if (id === addConnection) return navigate(`/connections/new/${connector ?? ''}`);
        const slots = store.getState().bindings?.slots;
        if (id !== null) void store.getState().bind({ slots: { ...slots, [slot]: id } });
        return undefined;
      }}
    />
  );
}

/** Moves the focus to the field that a problem named. */
function useFieldFocus(nodeId: string): { current: HTMLDivElement | null } {
  const { store } = useAppContext();
  const body = useRef<HTMLDivElement>(null);
  const wanted = useApp((state) => state.focusField);
  useEffect(() => {
    if (wanted === undefined || nodeId === '') return;
    const fields = [...(body.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [])];
    const nearest =
      fields.find(({ dataset }) => dataset.field === wanted) ??
      fields.find(({ dataset }) => wanted.startsWith(dataset.field ?? '\u0000'));
    nearest?.scrollIntoView({ block: 'center' });
    nearest?.focus();
    store.getState().setView({ focusField: undefined });
  }, [store, wanted, nodeId]);
  return body;
}

/** The tab. */
export function SetupPanel({ nodeId }: { nodeId: string }): ReactNode {
  const { store } = useAppContext();
  const body = useFieldFocus(nodeId);
  const node = useApp((state) => {
    const doc = shownDocument(state);
    return doc === undefined ? undefined : nodeOf(doc, nodeId);
  });
  const kind = useApp((state) => state.kinds.get(node?.kind ?? ''));
  const editable = useApp((state) => state.canEdit());
  if (node === undefined) return null;
  const slot = slotOf(node);
  return (
    <div className="setup" ref={body}>
      <p className="setup__summary">{kind?.summary ?? t.inspector.unknown}</p>
      <TextInput
        label={t.inspector.name}
        placeholder={kind?.title ?? node.kind}
        value={node.label ?? ''}
        disabled={!editable}
        dir="auto"
        onChange={(event) => {
          const label = event.currentTarget.value;
          store
            .getState()
            .edit({ name: t.edits.rename, undo: 'merge', group: `label:${nodeId}` }, (doc) =>
              renameNode(doc, { id: nodeId, label }),
            );
        }}
        onBlur={() => store.getState().endGroup()}
      />
      {kind === undefined ? (
        <pre className="json">{JSON.stringify(node.config, null, 2)}</pre>
      ) : (
        <NodeForm node={node} kind={kind} editable={editable} />
      )}
      {slot === undefined || slot === '' ? null : <ConnectionPicker slot={slot} />}
      <Switch
        label={t.inspector.on}
        checked={node.disabled !== true}
        disabled={!editable}
        onChange={(event) => {
          const disabled = !event.currentTarget.checked;
          const name = disabled ? t.edits.disable(1) : t.edits.enable(1);
          store.getState().edit({ name, undo: 'record' }, (doc) => setDisabled(doc, { ids: [nodeId], disabled }));
        }}
      />
    </div>
  );
}
