/**
 * Secrets in one file, each sealed by AES-256-GCM under a data key; the data key is wrapped by whatever the host has: a
 * keychain, a key file, a passphrase. One format for all hosts.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import type { Vault, VaultProtection } from '../model/vault.ts';
import { byText, JsonFile, readText, writeAtomically } from './workspace-files.ts';

const sealedSchema = z.object({ nonce: z.base64(), tag: z.base64(), text: z.base64() });
/** A sealed text: nonce, authentication tag and ciphertext, base64. */
export type Sealed = z.infer<typeof sealedSchema>;

const fileSchema = z.looseObject({
  format: z.literal('costwire/vault'),
  schemaVersion: z.literal(1),
  /** The data key as its provider wrapped it. */
  key: z.object({ provider: z.string(), wrapped: z.record(z.string(), z.string()) }),
  /** By connection id, then by field name. */
  secrets: z.record(z.string(), z.record(z.string(), sealedSchema)),
});

/** Wraps and unwraps the data key of a vault. */
export interface KeyProvider {
  /** Written into the file; a vault opens with the provider it was made with only. */
  id: string;
  protection: VaultProtection;
  wrap(dataKey: Buffer): Promise<Record<string, string>>;
  /** @throws AppError vault.locked where the key does not fit */
  unwrap(wrapped: Readonly<Record<string, string>>): Promise<UnwrappedKey>;
}

/** An unwrapped data key. `renewed` is written back where the provider wants it wrapped anew, such as after a key change. */
export interface UnwrappedKey {
  dataKey: Buffer;
  renewed?: Record<string, string>;
}

/** Seals bytes so that they open only with the same key and the same `context`. */
export function seal(key: Buffer, content: Buffer, context: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const text = Buffer.concat([cipher.update(content), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: text.toString('base64'),
  };
}

/** Opens what {@link seal} made; undefined where key, context or content is not the same. */
export function unseal(key: Buffer, sealed: Sealed, context: string): Buffer | undefined {
  const tag = Buffer.from(sealed.tag, 'base64');
  if (tag.length !== 16) return undefined;
  try {
    const opener = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), { authTagLength: 16 });
    opener.setAAD(Buffer.from(context, 'utf8')).setAuthTag(tag);
    return Buffer.concat([opener.update(Buffer.from(sealed.text, 'base64')), opener.final()]);
  } catch {
    // The only failure of an authenticated cipher: it is not what was sealed. The caller says what that means.
    return undefined;
  }
}

/** What kind of key a vault file was made with; undefined where there is none that can be read. */
export async function vaultProvider(path: string): Promise<string | undefined> {
  try {
    const content = fileSchema.safeParse(JSON.parse((await readText(path)) ?? 'null'));
    return content.data?.key.provider;
  } catch {
    return undefined; // Not JSON: opening the vault says so when a secret is asked for.
  }
}

const contextOf = (connectionId: string, name: string) => JSON.stringify(['costwire/vault', 1, connectionId, name]);

/**
 * A vault in a file of mode 0600. The key is asked for at the first use, not before.
 * @throws AppError vault.locked | vault.damaged from its methods
 */
export function openSealedVault(path: string, provider: KeyProvider): Vault {
  let dataKey: Promise<Buffer> | undefined;
  let renewed: Record<string, string> | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<z.infer<typeof fileSchema> | undefined> => {
    if ((await readText(path)) === undefined) return undefined;
    const file = new JsonFile(path, fileSchema, {
      format: 'costwire/vault',
      schemaVersion: 1,
      key: unset,
      secrets: {},
    });
    const content = await file.read();
    if (content.key.provider === provider.id) return content;
    const text = `The vault is locked by another kind of key (${content.key.provider}) than the one at hand (${provider.id}).`;
    throw new AppError('vault.locked', text);
  };
  const unwrap = async (wrapped: Readonly<Record<string, string>>): Promise<Buffer> => {
    const unwrapped = await provider.unwrap(wrapped);
    if (unwrapped.renewed !== undefined) renewed = unwrapped.renewed;
    return unwrapped.dataKey;
  };
  const keyOf = (wrapped: Readonly<Record<string, string>>): Promise<Buffer> => {
    dataKey ??= unwrap(wrapped);
    dataKey.catch(() => {
      dataKey = undefined;
    });
    return dataKey;
  };
  const change = (step: (secrets: Record<string, Record<string, Sealed>>, key: Buffer) => void): Promise<void> => {
    const done = queue.then(async () => {
      const content = (await read()) ?? (await fresh(provider));
      const secrets = structuredClone(content.secrets);
      step(secrets, await keyOf(content.key.wrapped));
      const key = { ...content.key, wrapped: renewed ?? content.key.wrapped };
      await writeAtomically(path, `${JSON.stringify({ ...content, key, secrets }, null, 2)}\n`, 0o600);
    });
    queue = done.catch(() => undefined);
    return done;
  };

  return {
    protection: provider.protection,
    async get(connectionId, name) {
      const content = await read();
      const sealed = content?.secrets[connectionId]?.[name];
      if (content === undefined || sealed === undefined) return undefined;
      const opened = unseal(await keyOf(content.key.wrapped), sealed, contextOf(connectionId, name));
      if (opened !== undefined) return opened.toString('utf8');
      throw new AppError('vault.damaged', `The secret "${name}" of a connection was changed in the vault file.`);
    },
    set: (connectionId, name, value) =>
      change((secrets, key) => {
        const sealed = seal(key, Buffer.from(value, 'utf8'), contextOf(connectionId, name));
        secrets[connectionId] = { ...secrets[connectionId], [name]: sealed };
      }),
    async delete(connectionId, name) {
      if ((await read())?.secrets[connectionId] === undefined) return;
      await change((secrets) => {
        if (name === undefined) delete secrets[connectionId];
        else delete secrets[connectionId]?.[name];
      });
    },
    names: async (connectionId) => Object.keys((await read())?.secrets[connectionId] ?? {}).sort(byText),
  };
}

const unset = { provider: '', wrapped: {} };

async function fresh(provider: KeyProvider): Promise<z.infer<typeof fileSchema>> {
  const wrapped = await provider.wrap(randomBytes(32));
  return { format: 'costwire/vault', schemaVersion: 1, key: { provider: provider.id, wrapped }, secrets: {} };
}
