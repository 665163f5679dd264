/** The vault of hosts without a keychain: an AES-256-GCM file whose key comes from the environment, a passphrase or a key file. */
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import type { Vault } from '../engine/model/vault.ts';
import { environmentKey, keyFileKey, passphraseKey } from '../engine/store/workspace-keys.ts';
import { type KeyProvider, openSealedVault } from '../engine/store/workspace-vault.ts';

/** Environment variables the vault reads. Key and passphrase are removed from the environment once read. */
export const vaultVariables = {
  key: 'COSTWIRE_VAULT_KEY',
  passphrase: 'COSTWIRE_VAULT_PASSPHRASE',
  keyFile: 'COSTWIRE_VAULT_KEY_FILE',
} as const;

/**
 * Opens the vault file of a workspace. Order: key in the environment (32 bytes, base64), passphrase, key file; without any,
 * the user's own key file, made at the first secret.
 * @throws AppError vault.locked where the key in the environment is not one
 */
export function openHeadlessVault(path: string, env: NodeJS.ProcessEnv = process.env): Vault {
  return openSealedVault(path, chooseKey(env));
}

function chooseKey(env: NodeJS.ProcessEnv): KeyProvider {
  const key = taken(env, vaultVariables.key);
  if (key !== undefined) return environmentKey(key);
  const passphrase = taken(env, vaultVariables.passphrase);
  if (passphrase !== undefined) return passphraseKey(passphrase);
  return keyFileKey(env[vaultVariables.keyFile] ?? defaultKeyFile(env));
}

function taken(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  // Child processes inherit the environment; they have no business with the key.
  delete env[name];
  return value;
}

/** The user's key file: `$XDG_CONFIG_HOME` or `~/.config` (Windows: `%APPDATA%`), then `costwire/vault.key`. */
export function defaultKeyFile(env: NodeJS.ProcessEnv): string {
  const windows = platform() === 'win32' ? env.APPDATA : undefined;
  return join(windows ?? env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'costwire', 'vault.key');
}
