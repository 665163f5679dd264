/** What the desktop remembers beside the workspace: which one was open, and where the window stood. */

import type { Rectangle } from 'electron';
import Store from 'electron-store';

/** Settings of the desktop host. */
export interface DesktopSettings {
  /** Folder of the workspace that was open last. */
  workspace?: string;
  bounds?: Rectangle;
  maximised?: boolean;
}

const number = { type: 'number' } as const;

/** Opens the settings file; one that cannot be read is begun anew, since it holds nothing that matters. */
export const openSettings = (): Store<DesktopSettings> =>
  new Store<DesktopSettings>({
    name: 'desktop',
    clearInvalidConfig: true,
    schema: {
      workspace: { type: 'string' },
      maximised: { type: 'boolean' },
      bounds: {
        type: 'object',
        properties: { x: number, y: number, width: number, height: number },
        required: ['x', 'y', 'width', 'height'],
      },
    },
  });
