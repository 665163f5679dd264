/** Where secrets are kept: the OS keychain on the desktop, an encrypted file without one. Pure: hosts bring the vault. */

/** How a vault protects what it keeps, for the connections screen. */
export interface VaultProtection {
  /** What holds the key, in words such as `key file` or `Windows data protection`. */
  keptBy: string;
  /** Said aloud where the protection is weaker than it looks. */
  warning?: string;
}

/** A lock whose key is in the user's head. */
export interface VaultLock {
  /** `new`: no passphrase was chosen yet. */
  state(): Promise<'open' | 'locked' | 'new'>;
  /** Opens it, or chooses the passphrase of a new one. @throws AppError vault.locked where it does not open */
  unlock(passphrase: string): Promise<void>;
}

/** Secrets by connection and field name. Values go in and come out to connectors only, never to a screen or a log. */
export interface Vault {
  readonly protection: VaultProtection;
  /** Present where a passphrase has to be typed before secrets can be used. */
  readonly lock?: VaultLock;
  /** The secret, or undefined where none is set. @throws AppError vault.locked | vault.damaged */
  get(connectionId: string, name: string): Promise<string | undefined>;
  /** Keeps a secret, replacing the one before. @throws AppError vault.locked */
  set(connectionId: string, name: string, value: string): Promise<void>;
  /** Forgets one secret, or all of a connection where no name is given. */
  delete(connectionId: string, name?: string): Promise<void>;
  /** Names of the secrets that are set. */
  names(connectionId: string): Promise<string[]>;
}

/** All secrets of a connection by name. */
export async function secretsOf(vault: Vault, connectionId: string): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const name of await vault.names(connectionId)) {
    const value = await vault.get(connectionId, name);
    if (value !== undefined) secrets[name] = value;
  }
  return secrets;
}

/** A vault that lives in memory: for tests and throw-away workspaces. */
export function memoryVault(): Vault {
  const secrets = new Map<string, Map<string, string>>();
  return {
    protection: { keptBy: 'memory until Costwire ends' },
    get: async (connectionId, name) => secrets.get(connectionId)?.get(name),
    set: async (connectionId, name, value) => {
      const own = secrets.get(connectionId) ?? new Map<string, string>();
      secrets.set(connectionId, own.set(name, value));
    },
    delete: async (connectionId, name) => {
      if (name === undefined) secrets.delete(connectionId);
      else secrets.get(connectionId)?.delete(name);
    },
    names: async (connectionId) => [...(secrets.get(connectionId)?.keys() ?? [])],
  };
}
