/** What a command is. Menu, palette, context menus, shortcuts and the list under `?` are all drawn from the one list of them. */
import type { CostwireClient } from '../../engine/api/contract.ts';
import type { AppState, AppStore } from '../state/store.ts';
import type { Path } from './router.ts';

/** What a command may use. */
export interface CommandTools {
  store: AppStore;
  client: CostwireClient;
  navigate: (path: Path) => void;
}

/** Where a command's shortcut acts: anywhere, while a flow is open, or only while the canvas has the focus. */
export type CommandScope = 'app' | 'designer' | 'canvas';

/** A command. */
export interface Command {
  /** Permanent: own shortcuts and the native menu refer to it. */
  id: string;
  title: string;
  group: 'go' | 'file' | 'edit' | 'view' | 'flow' | 'run' | 'help';
  scope: CommandScope;
  /** Default shortcuts; the first is shown. */
  keys?: readonly string[];
  /** Shown in the context menu of these. */
  context?: readonly ('canvas' | 'node' | 'wire')[];
  /** Left out of the palette, such as arrow keys. */
  hidden?: boolean;
  /** Why not now: a disabled command is shown grey. */
  isEnabled?: (state: AppState) => boolean;
  run: (tools: CommandTools) => void | Promise<void>;
}

/** Shortcuts of a command: the person's own before the default ones. */
export function keysOf(command: Command, own: Readonly<Record<string, string>>): readonly string[] {
  const chosen = own[command.id];
  if (chosen === undefined) return command.keys ?? [];
  return chosen === '' ? [] : [chosen];
}
