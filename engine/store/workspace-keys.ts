/** Keys for sealed vaults: from the environment, a passphrase, or a key file. Hosts choose among them. */
import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { AppError } from '../model/error.ts';
import { faultCode, fileFault, readText } from './workspace-files.ts';
import { type KeyProvider, type Sealed, seal, unseal } from './workspace-vault.ts';

const context = 'costwire/vault/data-key';
const cost = { N: 2 ** 16, r: 8, p: 1 } as const;

/** A key of 32 bytes in base64. @throws AppError vault.locked */
export function environmentKey(base64: string): KeyProvider {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) {
    throw new AppError('vault.locked', 'The vault key in the environment does not hold 32 bytes in base64.');
  }
  return wrapping('environment', 'a key in the environment', async () => key);
}

/** A key made of a passphrase by scrypt; salt and cost are stored beside the wrapped key. */
export function passphraseKey(passphrase: string): KeyProvider {
  const derive = (salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const limited = { ...options, maxmem: 256 * 1024 * 1024 };
      scrypt(passphrase.normalize('NFKC'), salt, 32, limited, (error, key) => (error ? reject(error) : resolve(key)));
    });
  return {
    id: 'passphrase',
    protection: { keptBy: 'a passphrase' },
    async wrap(dataKey) {
      const salt = randomBytes(16);
      const sealed = seal(await derive(salt, cost), dataKey, context);
      const { N, r, p } = cost;
      return { ...sealed, algorithm: 'scrypt', N: `${N}`, r: `${r}`, p: `${p}`, salt: salt.toString('base64') };
    },
    async unwrap(wrapped) {
      const stored = { N: Number(wrapped.N), r: Number(wrapped.r), p: Number(wrapped.p) };
      if (wrapped.algorithm !== 'scrypt' || !(stored.N <= 2 ** 20) || !(stored.r <= 32) || !(stored.p <= 16)) {
        throw new AppError('vault.damaged', 'The vault file does not say how its passphrase is used.');
      }
      const key = await derive(Buffer.from(wrapped.salt ?? '', 'base64'), stored);
      return { dataKey: opened(key, wrapped, 'The passphrase does not open the vault.') };
    },
  };
}

/**
 * A key in a file that only its owner may read; made with mode 0600 when the first secret is kept.
 * @param warning said aloud beside the secrets, where a key file is less than the machine should have.
 * @throws AppError vault.insecureKeyFile from its methods where others may read the file
 */
export function keyFileKey(path: string, warning?: string): KeyProvider {
  const provider = wrapping('key-file', `the key file ${path}`, async (create) => {
    const text = (await checkedKeyFile(path)) ?? (create ? await newKeyFile(path) : undefined);
    if (text === undefined) throw new AppError('vault.locked', `The key file "${path}" is missing.`);
    const key = Buffer.from(text.trim(), 'base64');
    if (key.length !== 32) throw new AppError('vault.locked', `"${path}" does not hold 32 bytes in base64.`);
    return key;
  });
  return warning === undefined ? provider : { ...provider, protection: { ...provider.protection, warning } };
}

async function checkedKeyFile(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    const others = platform() !== 'win32' && (found.mode & 0o077) !== 0;
    const foreign = process.getuid !== undefined && found.uid !== process.getuid();
    if (others || foreign) {
      const why = foreign ? 'belongs to another user' : 'can be read by others';
      throw new AppError('vault.insecureKeyFile', `The key file "${path}" ${why}.`);
    }
    return await readText(path);
  } catch (thrown) {
    if (faultCode(thrown) === 'ENOENT') return undefined;
    throw fileFault(thrown, path);
  }
}

async function newKeyFile(path: string): Promise<string> {
  const text = randomBytes(32).toString('base64');
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${text}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    return text;
  } catch (thrown) {
    // Another process made it at the same moment: use that one.
    if (faultCode(thrown) === 'EEXIST') return (await checkedKeyFile(path)) ?? text;
    throw fileFault(thrown, path);
  }
}

function wrapping(id: string, keptBy: string, key: (create: boolean) => Promise<Buffer>): KeyProvider {
  return {
    id,
    protection: { keptBy },
    wrap: async (dataKey) => ({ ...seal(await key(true), dataKey, context) }),
    unwrap: async (wrapped) => ({
      dataKey: opened(await key(false), wrapped, `The vault does not open with ${keptBy}.`),
    }),
  };
}

function opened(key: Buffer, wrapped: Readonly<Record<string, string>>, refusal: string): Buffer {
  const { nonce = '', tag = '', text = '' } = wrapped;
  const sealed: Sealed = { nonce, tag, text };
  const dataKey = unseal(key, sealed, context);
  if (dataKey === undefined) throw new AppError('vault.locked', refusal);
  return dataKey;
}
