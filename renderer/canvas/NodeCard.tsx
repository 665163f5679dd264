/** The chosen node at a glance: name, switch, connection, and its configuration as it is in the file. */
import { Select, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { slotOf } from '../state/connections-slice.ts';
import { renameNode, setDisabled } from '../state/document.ts';
import { nodeOf } from '../state/graph.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { shownDocument } from './shown.ts';

function SlotPicker({ slot }: { slot: string }): ReactNode {
  const { store } = useAppContext();
  const connector = useApp((state) => shownDocument(state)?.slots[slot]?.connector);
  const title = useApp((state) => state.connectors.get(connector ?? '')?.title ?? connector ?? slot);
  const connections = useApp((state) => valueIn(state.connections));
  const bound = useApp((state) => state.bindings?.slots[slot]);
  const slots = useApp((state) => state.bindings?.slots);
  const choices = (connections ?? [])
    .filter((connection) => connection.connector === connector)
    .map((connection) => ({
      value: connection.id,
      label: `${connection.name} (${t.environment[connection.environment]})`,
    }));
  return (
    <Select
      label={title}
      placeholder={t.designer.noConnection}
      data={choices}
      value={bound ?? null}
      clearable={false}
      comboboxProps={{ withinPortal: true }}
      onChange={(id) => {
        if (id !== null) void store.getState().bind({ slots: { ...slots, [slot]: id } });
      }}
    />
  );
}

/** The card. */
export function NodeCard({ nodeId }: { nodeId: string }): ReactNode {
  const { store } = useAppContext();
  const node = useApp((state) => {
    const doc = shownDocument(state);
    return doc === undefined ? undefined : nodeOf(doc, nodeId);
  });
  const kind = useApp((state) => state.kinds.get(node?.kind ?? ''));
  const editable = useApp((state) => state.canEdit());
  if (node === undefined) return null;
  const slot = slotOf(node);
  return (
    <div className="node-card">
      <p className="node-card__summary">{kind?.summary ?? t.designer.unknownKind(node.kind)}</p>
      <TextInput
        label={t.designer.rename}
        placeholder={kind?.title ?? node.kind}
        value={node.label ?? ''}
        disabled={!editable}
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
      {slot === undefined ? null : <SlotPicker slot={slot} />}
      <Switch
        label={t.designer.takesPart}
        checked={node.disabled !== true}
        disabled={!editable}
        onChange={(event) => {
          const disabled = !event.currentTarget.checked;
          const name = disabled ? t.edits.disable(1) : t.edits.enable(1);
          store.getState().edit({ name, undo: 'record' }, (doc) => setDisabled(doc, { ids: [nodeId], disabled }));
        }}
      />
      <pre className="node-card__config">{JSON.stringify(node.config, null, 2)}</pre>
    </div>
  );
}
