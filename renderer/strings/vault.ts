/** Texts of the vault and its passphrase. */
export const vaultStrings = {
  title: 'Secrets',
  keptBy: (what: string) => `Kept by ${what}.`,
  locked: 'The secrets of this workspace are locked. Real connections work once you enter the passphrase.',
  isNew: 'This computer has no keyring. Choose a passphrase before you enter the secrets of a real connection.',
  opened: 'Unlocked until Costwire ends.',
  unlock: 'Enter passphrase …',
  choose: 'Choose passphrase …',
  unlockTitle: 'Unlock the secrets',
  chooseTitle: 'Choose a passphrase for the secrets',
  chooseText:
    'It protects the sign-ins of your systems in this workspace. Nobody can recover it: without it the secrets have to be entered again.',
  passphrase: 'Passphrase',
  again: 'The same once more',
  differ: 'The two are not the same.',
  unlockVerb: 'Unlock',
  chooseVerb: 'Use this passphrase',
};
