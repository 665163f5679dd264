/** All shortcuts, drawn from the command list. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { type Command, keysOf } from './command.ts';
import { commands } from './commands.ts';
import { isMac, shownShortcut } from './shortcuts.ts';

const groups = ['go', 'file', 'edit', 'view', 'run', 'help'] as const;

/** The list under `?`. */
export function ShortcutList(): ReactNode {
  const { store } = useAppContext();
  const opened = useApp((state) => state.shortcutsOpen);
  const own = useApp((state) => state.settings.shortcuts);
  const keyed = (group: Command['group']): readonly Command[] =>
    commands.filter((command) => command.group === group && keysOf(command, own).length > 0);
  return (
    <Modal
      opened={opened}
      onClose={() => store.getState().setView({ shortcutsOpen: false })}
      title={t.shortcuts.title}
      size="xl"
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p className="shortcuts__note">{t.shortcuts.note}</p>
      <div className="shortcuts">
        {groups.map((group) => (
          <section key={group} className="shortcuts__group">
            <h3>{t.shortcuts.groups[group]}</h3>
            <dl>
              {keyed(group).map((command) => (
                <div key={command.id} className="shortcuts__row">
                  <dt>{command.title}</dt>
                  <dd>
                    {keysOf(command, own).map((key) => (
                      <kbd key={key}>{shownShortcut(key, isMac(navigator.userAgent))}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
