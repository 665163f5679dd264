/** Texts of the keyboard shortcuts and of changing them. */
export const shortcutStrings = {
  title: 'Keyboard shortcuts',
  note: 'Single keys act only outside text fields. They can be switched off in Settings.',
  groups: { go: 'Screens', file: 'File', edit: 'Edit', view: 'View', flow: 'Flow', run: 'Run', help: 'Help' },
  find: 'Find a command or a key',
  nothing: 'No command fits.',
  none: 'No key',
  change: (title: string) => `Change the shortcut of ${title}`,
  press: 'Press the new keys …',
  reset: (title: string) => `Back to the default for ${title}`,
  resetAll: 'All back to default',
  remove: (title: string) => `No shortcut for ${title}`,
  conflict: (key: string, holder: string, wanted: string) =>
    `${key} belongs to “${holder}”. Shall it be “${wanted}” from now on?`,
  takeOver: (key: string, wanted: string) => `Use ${key} for ${wanted}`,
  keep: 'Leave it',
  reserved: (key: string) => `${key} is kept by the browser or the system. Choose other keys.`,
  changed: (title: string, key: string) => `${title}: ${key}`,
  open: 'Change shortcuts …',
};
