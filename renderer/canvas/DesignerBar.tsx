/** The bar over the canvas: the flow's name, how far it is saved, undo, tools, and the run. */
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconRocket,
  IconSearch,
  IconSitemap,
  IconZoomScan,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { commandOf } from '../app/commands.ts';
import { EnvironmentTag } from '../app/parts.tsx';
import { useRunCommand } from '../app/use-commands.ts';
import { useShortcut } from '../app/use-shortcut.ts';
import { connectionAt, gravest } from '../state/connections-slice.ts';
import { renameFlow } from '../state/document.ts';
import { useApp, useAppContext, useAppParts } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { DraftsDialog } from './DraftsDialog.tsx';
import { PublishDialog } from './PublishDialog.tsx';
import { RunControls } from './RunControls.tsx';

function Tool({ id, icon: Icon, label }: { id: string; icon: typeof IconPlus; label?: string | undefined }): ReactNode {
  const run = useRunCommand();
  const command = commandOf(id);
  const enabled = useApp((state) => command !== undefined && command.isEnabled?.(state) !== false);
  const key = useShortcut(id);
  if (command === undefined) return null;
  return (
    <Tooltip label={`${label ?? command.title}${key === undefined ? '' : `  ${key}`}`}>
      <ActionIcon aria-label={label ?? command.title} disabled={!enabled} onClick={() => run(command)}>
        <Icon size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

function FlowName(): ReactNode {
  const { store } = useAppContext();
  const name = useApp((state) => state.flow?.name ?? '');
  const editable = useApp((state) => state.canEdit());
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? name;
  return (
    <input
      className="flow-name"
      aria-label={t.flows.name}
      value={shown}
      readOnly={!editable}
      maxLength={200}
      dir="auto"
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        if (typed !== undefined)
          store
            .getState()
            .edit({ name: t.edits.renameFlow, undo: 'record' }, (doc) => renameFlow(doc, { name: typed }));
        setTyped(undefined);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          setTyped(undefined);
          event.stopPropagation();
        }
      }}
    />
  );
}

function SaveMark(): ReactNode {
  const saveState = useApp((state) => state.saveState);
  const readOnly = useApp((state) => state.file?.readOnly === true || state.host?.workspace.readOnly === true);
  const text = readOnly ? t.designer.readOnly : t.designer[saveState];
  return (
    <span className={`save-mark save-mark--${saveState}`} role="status">
      {text}
    </span>
  );
}

function MoreMenu({ onPublish, onDrafts }: { onPublish: () => void; onDrafts: () => void }): ReactNode {
  const { store } = useAppContext();
  const { version, editable } = useAppParts((state) => ({
    version: state.publishedVersion,
    editable: state.canEdit(),
  }));
  const saveKey = useShortcut('flow.save');
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={t.designer.moreActions}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={!editable}
          onClick={() => void store.getState().saveFlow()}
          rightSection={saveKey === undefined ? null : <kbd>{saveKey}</kbd>}
        >
          {t.commands.save}
        </Menu.Item>
        <Menu.Item disabled={!editable} leftSection={<IconRocket size={14} />} onClick={onPublish}>
          {t.designer.publish}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={!editable} onClick={onDrafts}>
          {t.designer.drafts}
        </Menu.Item>
        <Menu.Item onClick={() => void store.getState().compareWith('file')}>{t.designer.compareFile}</Menu.Item>
        <Menu.Item disabled={version === 0} onClick={() => void store.getState().compareWith(version)}>
          {t.designer.compareVersion(version)}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The bar. */
export function DesignerBar(): ReactNode {
  const [publishing, setPublishing] = useState(false);
  const [drafts, setDrafts] = useState(false);
  const environment = useApp((state) =>
    gravest(
      Object.keys(state.flow?.slots ?? {}).flatMap(
        (slot) => connectionAt(state.connections, state.bindings?.slots, slot)?.environment ?? [],
      ),
    ),
  );
  const version = useApp((state) => state.publishedVersion);
  const undo = useApp((state) => state.history.undo.at(-1)?.name);
  const redo = useApp((state) => state.history.redo.at(-1)?.name);
  return (
    <header className={`designer-bar designer-bar--${environment ?? 'none'}`}>
      <FlowName />
      {environment === undefined ? null : <EnvironmentTag environment={environment} />}
      <span className="tag">{t.designer.versionTag(version)}</span>
      <SaveMark />
      <span className="screen__spring" />
      <div className="designer-bar__tools" role="toolbar" aria-label={t.designer.toolbar}>
        <Tool
          id="edit.undo"
          icon={IconArrowBackUp}
          label={undo === undefined ? undefined : t.designer.undoName(undo)}
        />
        <Tool
          id="edit.redo"
          icon={IconArrowForwardUp}
          label={redo === undefined ? undefined : t.designer.redoName(redo)}
        />
        <span className="designer-bar__line" />
        <Tool id="edit.addNode" icon={IconPlus} />
        <Tool id="edit.arrange" icon={IconSitemap} />
        <Tool id="view.fit" icon={IconZoomScan} />
        <Tool id="help.palette" icon={IconSearch} />
      </div>
      <span className="designer-bar__line" />
      <RunControls playIcon={<IconPlayerPlay size={14} />} stopIcon={<IconPlayerStop size={14} />} />
      <MoreMenu onPublish={() => setPublishing(true)} onDrafts={() => setDrafts(true)} />
      {publishing ? <PublishDialog onClose={() => setPublishing(false)} /> : null}
      {drafts ? <DraftsDialog onClose={() => setDrafts(false)} /> : null}
    </header>
  );
}

/** A bar that says that what is shown cannot be edited, and how to get back. */
export function ReadOnlyBar(props: { text: string; actions: ReactNode }): ReactNode {
  return (
    <div className="banner banner--info" role="status">
      {props.text}
      <span className="banner__spring" />
      {props.actions}
    </div>
  );
}

/** The button that ends a read-only look. */
export function BackButton({ label, onClick }: { label: string; onClick: () => void }): ReactNode {
  return (
    <Button variant="default" size="compact-xs" onClick={onClick}>
      {label}
    </Button>
  );
}
