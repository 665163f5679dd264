/** The desktop's vault: the operating system's keychain holds the key through safeStorage. */
import { join } from 'node:path';
import { app, safeStorage } from 'electron';
import { isPracticeConnection } from '../engine/api/service/practice.ts';
import { AppError } from '../engine/model/error.ts';
import type { Vault } from '../engine/model/vault.ts';
import { keyFileKey } from '../engine/store/workspace-keys.ts';
import { openPassphraseVault } from '../engine/store/workspace-passphrase.ts';
import { type KeyProvider, openSealedVault, vaultProvider } from '../engine/store/workspace-vault.ts';

const keepers: Readonly<Record<string, string>> = {
  darwin: 'the macOS keychain',
  win32: 'Windows data protection',
  linux: "the desktop's keyring",
};

/**
 * Opens the vault of a workspace. Without a keyring (on Linux, Chromium then uses a password that everybody knows) the user types
 * a passphrase; a vault that was made with a key file before goes on with it, and that is said aloud.
 */
export async function openDesktopVault(path: string): Promise<Vault> {
  if (await hasKeychain()) return openSealedVault(path, keychainKey());
  if ((await vaultProvider(path)) === 'key-file') return openSealedVault(path, fallbackKey());
  return openPassphraseVault(path, isPracticeConnection);
}

/** Whether the operating system really protects what safeStorage encrypts. Valid after the app is ready. */
export async function hasKeychain(): Promise<boolean> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}

const fallbackKey = (): KeyProvider =>
  keyFileKey(
    join(app.getPath('userData'), 'vault.key'),
    'This computer has no keyring, so secrets are protected by a file only. Install a keyring, or keep this account to yourself.',
  );

function keychainKey(): KeyProvider {
  const wrap = async (dataKey: Buffer) => ({
    sealed: (await safeStorage.encryptStringAsync(dataKey.toString('base64'))).toString('base64'),
  });
  return {
    id: 'keychain',
    protection: { keptBy: keepers[process.platform] ?? 'the operating system' },
    wrap,
    async unwrap({ sealed = '' }) {
      const { result, shouldReEncrypt } = await decrypted(Buffer.from(sealed, 'base64'));
      const dataKey = Buffer.from(result, 'base64');
      return shouldReEncrypt ? { dataKey, renewed: await wrap(dataKey) } : { dataKey };
    },
  };
}

async function decrypted(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
  try {
    return await safeStorage.decryptStringAsync(sealed);
  } catch (cause) {
    const text = 'The keychain does not open the vault of this workspace; it was made on another computer or account.';
    throw new AppError('vault.locked', text, { cause, hint: 'Enter the secrets of the connections again.' });
  }
}
