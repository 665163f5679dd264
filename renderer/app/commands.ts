/** The one list of commands. */

import type { MenuCommand } from '../../engine/api/contract.ts';
import { type Command, keysOf } from './command.ts';
import { appCommands } from './commands-app.ts';
import { editCommands } from './commands-edit.ts';
import { viewCommands } from './commands-view.ts';

/** Every command; order is the order of the palette and of menus. */
export const commands: readonly Command[] = [...appCommands, ...editCommands, ...viewCommands];

const byId = new Map(commands.map((command) => [command.id, command]));

/** The command with this id. */
export const commandOf = (id: string): Command | undefined => byId.get(id);

/** The list as the native menu of the desktop takes it. Going to a screen stands under View; what only keys reach is left out. */
export function menuCommands(own: Readonly<Record<string, string>>): MenuCommand[] {
  return commands
    .filter(({ hidden }) => hidden !== true)
    .map((command) => {
      const [shortcut] = keysOf(command, own);
      const entry: MenuCommand = {
        id: command.id,
        title: command.title,
        menu: command.group === 'go' ? 'view' : command.group,
        enabled: true,
      };
      return shortcut === undefined ? entry : { ...entry, shortcut };
    });
}
