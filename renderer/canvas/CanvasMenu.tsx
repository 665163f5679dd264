/** The context menu of canvas, node and wire, drawn from the command list. */
import { Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { keysOf } from '../app/command.ts';
import { commands } from '../app/commands.ts';
import { isMac, shownShortcut } from '../app/shortcuts.ts';
import { useRunCommand } from '../app/use-commands.ts';
import type { Point } from '../state/document.ts';
import { useApp, useAppContext } from '../state/store.ts';

/** What was asked for a menu. */
export type CanvasContextTarget = 'canvas' | 'node' | 'wire';

/** The menu at a point of the window; closed while `at` is undefined. */
export function CanvasMenu(props: {
  at: Point | undefined;
  target: CanvasContextTarget;
  onClose: () => void;
}): ReactNode {
  const { store } = useAppContext();
  const run = useRunCommand();
  const own = useApp((state) => state.settings.shortcuts);
  if (props.at === undefined) return null;
  const shown = commands.filter((command) => command.context?.includes(props.target));
  const state = store.getState();
  return (
    <Menu opened onClose={props.onClose} position="bottom-start" width={232} withinPortal>
      <Menu.Target>
        <span className="menu-anchor" style={{ left: props.at[0], top: props.at[1] }} />
      </Menu.Target>
      <Menu.Dropdown>
        {shown.map((command) => {
          const key = keysOf(command, own)[0];
          return (
            <Menu.Item
              key={command.id}
              disabled={command.isEnabled?.(state) === false}
              rightSection={key === undefined ? null : <kbd>{shownShortcut(key, isMac(navigator.userAgent))}</kbd>}
              onClick={() => run(command)}
            >
              {command.title}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
