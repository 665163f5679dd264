/** All shortcuts, drawn from the command list, each to be changed by pressing the new keys. */
import { ActionIcon, Button, Modal, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { type Command, keysOf } from './command.ts';
import { commands } from './commands.ts';
import { GridKeys } from './GridKeys.tsx';
import { holderOf, isModifier, isReserved, withDefault, withKey } from './remap.ts';
import { isMac, shortcutOf, shownShortcut } from './shortcuts.ts';

const groups = ['go', 'file', 'edit', 'view', 'flow', 'run', 'help'] as const;
const mac = isMac(navigator.userAgent);
const shown = (key: string): string => shownShortcut(key, mac);

/** What is being changed: a command waits for keys, or a key asks whether it may change hands. */
interface Remapping {
  command: Command;
  /** Pressed, but another command has it. */
  taken?: { key: string; holder: Command };
  /** Pressed, but no page ever hears it. */
  refused?: string;
}

function Keys({ command, own }: { command: Command; own: Readonly<Record<string, string>> }): ReactNode {
  const keys = keysOf(command, own);
  if (keys.length === 0) return <span className="shortcuts__none">{t.shortcuts.none}</span>;
  return keys.map((key) => <kbd key={key}>{shown(key)}</kbd>);
}

/** The keys of a command as a button; pressed, it takes the next keys. */
function KeyButton(props: {
  command: Command;
  own: Readonly<Record<string, string>>;
  waits: boolean;
  onWait: () => void;
  onKey: (key: string) => void;
  onLeave: () => void;
}): ReactNode {
  const listen = (event: KeyboardEvent): void => {
    if (!props.waits) return;
    event.preventDefault();
    event.stopPropagation();
    if (isModifier(event.key)) return;
    if (event.key === 'Escape') props.onLeave();
    else props.onKey(shortcutOf(event, mac));
  };
  return (
    <button
      type="button"
      className="shortcuts__keys"
      aria-label={props.waits ? t.shortcuts.press : t.shortcuts.change(props.command.title)}
      onClick={props.onWait}
      onKeyDown={listen}
      onBlur={props.onLeave}
    >
      {props.waits ? t.shortcuts.press : <Keys command={props.command} own={props.own} />}
    </button>
  );
}

/** Asks whether a key may change hands, or says why it cannot be used. */
function Question(props: { remapping: Remapping; onTake: () => void; onLeave: () => void }): ReactNode {
  const { command, taken, refused } = props.remapping;
  if (refused !== undefined)
    return (
      <p className="shortcuts__question" role="alert">
        {t.shortcuts.reserved(shown(refused))}
      </p>
    );
  if (taken === undefined) return null;
  return (
    <div className="shortcuts__question" role="alert">
      <p>{t.shortcuts.conflict(shown(taken.key), taken.holder.title, command.title)}</p>
      <Button size="compact-xs" autoFocus onClick={props.onTake}>
        {t.shortcuts.takeOver(shown(taken.key), command.title)}
      </Button>
      <Button size="compact-xs" variant="default" onClick={props.onLeave}>
        {t.shortcuts.keep}
      </Button>
    </div>
  );
}

function useRemapping(own: Readonly<Record<string, string>>) {
  const { store } = useAppContext();
  const [remapping, setRemapping] = useState<Remapping>();
  const give = (command: Command, key: string): void => {
    void store.getState().changeSettings({ shortcuts: withKey(commands, own, command, key) });
    store.getState().announce(t.shortcuts.changed(command.title, shown(key)));
    setRemapping(undefined);
  };
  const press = (command: Command, key: string): void => {
    const holder = holderOf(commands, own, command, key);
    if (isReserved(key)) setRemapping({ command, refused: key });
    else if (holder === undefined) give(command, key);
    else setRemapping({ command, taken: { key, holder } });
  };
  const waits = (command: Command): boolean =>
    remapping?.command === command && remapping.taken === undefined && remapping.refused === undefined;
  return { remapping, setRemapping, give, press, waits };
}

function Row({
  command,
  own,
  change,
}: {
  command: Command;
  own: Readonly<Record<string, string>>;
  change: ReturnType<typeof useRemapping>;
}): ReactNode {
  const { store } = useAppContext();
  const { remapping, setRemapping, give, press, waits } = change;
  const set = (shortcuts: Record<string, string>): void => void store.getState().changeSettings({ shortcuts });
  return (
    <div className="shortcuts__row">
      <dt>{command.title}</dt>
      <dd>
        <KeyButton
          command={command}
          own={own}
          waits={waits(command)}
          onWait={() => setRemapping({ command })}
          onKey={(key) => press(command, key)}
          onLeave={() => {
            if (waits(command)) setRemapping(undefined);
          }}
        />
        {own[command.id] === undefined ? null : (
          <ActionIcon
            size={24}
            aria-label={t.shortcuts.reset(command.title)}
            title={t.shortcuts.reset(command.title)}
            onClick={() => set(withDefault(own, command))}
          >
            <IconArrowBackUp size={14} />
          </ActionIcon>
        )}
        {keysOf(command, own).length === 0 ? null : (
          <ActionIcon
            size={24}
            aria-label={t.shortcuts.remove(command.title)}
            title={t.shortcuts.remove(command.title)}
            onClick={() => set({ ...own, [command.id]: '' })}
          >
            <IconX size={14} />
          </ActionIcon>
        )}
      </dd>
      {remapping?.command !== command ? null : (
        <Question
          remapping={remapping}
          onTake={() => give(command, remapping.taken?.key ?? '')}
          onLeave={() => setRemapping(undefined)}
        />
      )}
    </div>
  );
}

/** The list under `?`. */
export function ShortcutList(): ReactNode {
  const { store } = useAppContext();
  const opened = useApp((state) => state.shortcutsOpen);
  const own = useApp((state) => state.settings.shortcuts);
  const change = useRemapping(own);
  const [wanted, setWanted] = useState('');
  const words = wanted.trim().toLocaleLowerCase();
  const fits = (command: Command): boolean =>
    words === '' ||
    command.title.toLocaleLowerCase().includes(words) ||
    keysOf(command, own).some((key) => key.toLocaleLowerCase() === words);
  const filled = groups
    .map((group) => ({ group, found: commands.filter((command) => command.group === group && fits(command)) }))
    .filter(({ found }) => found.length > 0);
  return (
    <Modal
      opened={opened}
      onClose={() => store.getState().setView({ shortcutsOpen: false })}
      closeOnEscape={change.remapping === undefined}
      title={t.shortcuts.title}
      size="xl"
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <div className="shortcuts__head">
        <TextInput
          aria-label={t.shortcuts.find}
          placeholder={t.shortcuts.find}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={Object.keys(own).length === 0}
          onClick={() => void store.getState().changeSettings({ shortcuts: {} })}
        >
          {t.shortcuts.resetAll}
        </Button>
      </div>
      <p className="shortcuts__note">{t.shortcuts.note}</p>
      {filled.length === 0 ? <p>{t.shortcuts.nothing}</p> : null}
      <div className="shortcuts">
        {filled.map(({ group, found }) => (
          <section key={group} className="shortcuts__group">
            <h3>{t.shortcuts.groups[group]}</h3>
            <dl>
              {found.map((command) => (
                <Row key={command.id} command={command} own={own} change={change} />
              ))}
            </dl>
          </section>
        ))}
        <GridKeys find={words} />
      </div>
    </Modal>
  );
}
