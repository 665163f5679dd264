/** Texts of the connections screen. */
const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** The texts. */
export const connectionStrings = {
  list: 'Connections',
  create: 'Add connection',
  createTitle: 'Add a connection',
  createText: 'Choose the system. You can ping it before any flow uses it.',
  chooseText: 'Choose a connection on the left to see how it signs in, or add one.',
  notFound: 'This connection no longer exists.',
  name: 'Name',
  nameHelp: 'What your colleagues will look for, such as “Acumatica, main company”.',
  environment: 'Environment',
  environmentHelp: 'Production writes to your real books. It is shown in red wherever something is posted.',
  practiceNote: 'This connection belongs to the practice company. It is set up by itself and cannot be changed.',
  signIn: 'Sign-in',
  secretSet: 'Set. It is kept in the vault and never shown.',
  secretMissing: 'Not set yet.',
  secretReplace: 'Replace',
  secretKeep: 'Keep the old one',
  secretForget: 'Forget',
  secretForgotten: 'Will be forgotten when you save.',
  choices: 'Ask the system',
  choicesEmpty: 'The system offered nothing to choose from.',
  save: 'Save',
  saveAndPing: 'Save and ping',
  discard: 'Discard changes',
  saved: 'Connection saved.',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove “${name}”?`,
  removeText: (count: number) =>
    count === 0
      ? 'Its secrets are removed from the vault too. No flow uses it.'
      : `Its secrets are removed from the vault too. ${plural(count, 'flow', 'flows')} will have an open slot and cannot run until you bind another connection.`,
  removeKeep: 'Keep it',
  ping: 'Ping',
  pinging: 'Pinging …',
  pingAgain: 'Ping again',
  pingStop: 'Stop',
  pingTitle: 'Checks',
  pingNever: 'Ping signs in and reads a little from each place your flows need. It changes nothing.',
  pingSummary: (ok: number, warned: number, failed: number) =>
    [
      plural(ok, 'check passed', 'checks passed'),
      ...(warned === 0 ? [] : [plural(warned, 'warning', 'warnings')]),
      ...(failed === 0 ? [] : [`${failed} failed`]),
    ].join(', '),
  pingFailedToStart: 'The ping could not start',
  checkStatus: { running: 'checking', ok: 'passed', warning: 'warning', failed: 'failed', skipped: 'not checked' },
  cause: 'Why',
  remedy: 'What to do',
  usedBy: 'Used by',
  usedByNone: 'No flow uses it yet.',
  slot: (slot: string) => `as “${slot}”`,
  limits: 'Limits',
  stateGood: 'Works',
  stateBad: (count: number) => plural(count, 'check failed', 'checks failed'),
  stateWarn: (count: number) => plural(count, 'warning', 'warnings'),
  stateUnknown: 'Not pinged yet',
  unsaved: 'Changed, not saved yet',
};
