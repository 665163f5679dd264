/** The one list of commands. */

import type { Command } from './command.ts';
import { appCommands } from './commands-app.ts';
import { editCommands } from './commands-edit.ts';
import { viewCommands } from './commands-view.ts';

/** Every command; order is the order of the palette and of menus. */
export const commands: readonly Command[] = [...appCommands, ...editCommands, ...viewCommands];

const byId = new Map(commands.map((command) => [command.id, command]));

/** The command with this id. */
export const commandOf = (id: string): Command | undefined => byId.get(id);
