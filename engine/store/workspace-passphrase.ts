/**
 * A sealed vault whose key is a passphrase that the user types: locked until then. Secrets of the practice company open nothing and
 * are given anew at every start, so they wait for nobody and never reach the file.
 */
import { AppError } from '../model/error.ts';
import { memoryVault, type Vault, type VaultLock } from '../model/vault.ts';
import { readText } from './workspace-files.ts';
import { passphraseKey } from './workspace-keys.ts';
import { openSealedVault } from './workspace-vault.ts';

/** Shortest passphrase that is taken for a new vault, in characters. */
export const shortestPassphrase = 8;
/** The place of the word that proves a passphrase: no connection has an empty id. */
const proof = { connectionId: '', name: 'proof', value: 'opened' } as const;

/**
 * Opens the vault of a workspace under a passphrase that is still to come.
 * @param isPractice whether a connection belongs to the practice company.
 */
export function openPassphraseVault(path: string, isPractice: (connectionId: string) => boolean): Vault {
  const practice = memoryVault();
  let opened: Vault | undefined;
  // Names can be read without a key; nothing else is asked of this one.
  const closed = openSealedVault(path, passphraseKey(''));
  const vaultOf = (connectionId: string): Vault => {
    if (isPractice(connectionId)) return practice;
    if (opened !== undefined) return opened;
    throw new AppError('vault.locked', 'The secrets of this workspace are locked by a passphrase.', {
      hint: 'Enter the passphrase under Settings, then try again.',
    });
  };
  const lock: VaultLock = {
    async state() {
      if (opened !== undefined) return 'open';
      return (await readText(path)) === undefined ? 'new' : 'locked';
    },
    async unlock(passphrase) {
      const isNew = (await readText(path)) === undefined;
      if (isNew && passphrase.length < shortestPassphrase) {
        throw new AppError('vault.locked', `A passphrase has at least ${shortestPassphrase} characters.`, {
          hint: 'Choose a longer one: several words are easier to remember.',
        });
      }
      const candidate = openSealedVault(path, passphraseKey(passphrase));
      if (isNew) await candidate.set(proof.connectionId, proof.name, proof.value);
      else if ((await candidate.get(proof.connectionId, proof.name)) !== proof.value) {
        throw new AppError('vault.damaged', 'The vault file lacks the entry that proves a passphrase.');
      }
      opened = candidate;
    },
  };
  return {
    protection: { keptBy: 'a passphrase' },
    lock,
    get: async (connectionId, name) => vaultOf(connectionId).get(connectionId, name),
    set: async (connectionId, name, value) => vaultOf(connectionId).set(connectionId, name, value),
    delete: async (connectionId, name) => vaultOf(connectionId).delete(connectionId, name),
    names: (connectionId) => (isPractice(connectionId) ? practice : (opened ?? closed)).names(connectionId),
  };
}
