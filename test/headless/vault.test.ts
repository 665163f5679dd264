import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHeadlessVault } from '../../headless/vault.ts';

const sentinel = 'S3NTINEL-secret-value';
let folder: string;
let file: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-vault-'));
  file = join(folder, 'vault.json');
  env = { XDG_CONFIG_HOME: join(folder, 'config'), APPDATA: join(folder, 'config') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const keyFile = () => join(folder, 'config', 'costwire', 'vault.key');

describe('the headless vault', () => {
  it('keeps a secret across openings and never in clear', async () => {
    await openHeadlessVault(file, env).set('c_1', 'clientSecret', sentinel);
    const again = openHeadlessVault(file, env);
    expect(await again.get('c_1', 'clientSecret')).toBe(sentinel);
    expect(await again.names('c_1')).toEqual(['clientSecret']);
    const written = await readFile(file, 'utf8');
    expect(written).not.toContain(sentinel);
    expect(written).not.toContain(Buffer.from(sentinel).toString('base64'));
  });

  it('reads nothing where nothing was set, without making a key', async () => {
    expect(await openHeadlessVault(file, env).get('c_1', 'clientSecret')).toBeUndefined();
    await expect(stat(keyFile())).rejects.toThrow('ENOENT');
  });

  it.skipIf(process.platform === 'win32')('makes files that only their owner can read', async () => {
    await openHeadlessVault(file, env).set('c_1', 'clientSecret', sentinel);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('refuses a key file that others can read', async () => {
    await openHeadlessVault(file, env).set('c_1', 'clientSecret', sentinel);
    await chmod(keyFile(), 0o640);
    await expect(openHeadlessVault(file, env).get('c_1', 'clientSecret')).rejects.toMatchObject({
      code: 'vault.insecureKeyFile',
    });
  });

  it('says that the key file is missing instead of making another', async () => {
    await openHeadlessVault(file, env).set('c_1', 'clientSecret', sentinel);
    await rm(keyFile());
    await expect(openHeadlessVault(file, env).get('c_1', 'clientSecret')).rejects.toMatchObject({
      code: 'vault.locked',
    });
    await expect(stat(keyFile())).rejects.toThrow('ENOENT');
  });

  it('takes a key from the environment and removes it there', async () => {
    const key = randomBytes(32).toString('base64');
    const own: NodeJS.ProcessEnv = { COSTWIRE_VAULT_KEY: key };
    await openHeadlessVault(file, own).set('c_1', 'clientSecret', sentinel);
    expect(own).toEqual({});
    expect(await openHeadlessVault(file, { COSTWIRE_VAULT_KEY: key }).get('c_1', 'clientSecret')).toBe(sentinel);
    const other = { COSTWIRE_VAULT_KEY: randomBytes(32).toString('base64') };
    await expect(openHeadlessVault(file, other).get('c_1', 'clientSecret')).rejects.toMatchObject({
      code: 'vault.locked',
    });
    expect(() => openHeadlessVault(file, { COSTWIRE_VAULT_KEY: 'short' })).toThrow('32 bytes');
  });

  it('takes a passphrase and refuses a wrong one', async () => {
    await openHeadlessVault(file, { COSTWIRE_VAULT_PASSPHRASE: 'correct horse' }).set('c_1', 'password', sentinel);
    const right = openHeadlessVault(file, { COSTWIRE_VAULT_PASSPHRASE: 'correct horse' });
    expect(await right.get('c_1', 'password')).toBe(sentinel);
    const wrong = openHeadlessVault(file, { COSTWIRE_VAULT_PASSPHRASE: 'wrong horse' });
    await expect(wrong.get('c_1', 'password')).rejects.toMatchObject({ code: 'vault.locked' });
    await expect(openHeadlessVault(file, env).get('c_1', 'password')).rejects.toMatchObject({ code: 'vault.locked' });
  });

  it('notices a sealed secret that was moved to another field or changed', async () => {
    const vault = openHeadlessVault(file, env);
    await vault.set('c_1', 'a', 'one');
    await vault.set('c_1', 'b', 'two');
    const content = JSON.parse(await readFile(file, 'utf8'));
    [content.secrets.c_1.a, content.secrets.c_1.b] = [content.secrets.c_1.b, content.secrets.c_1.a];
    await writeFile(file, JSON.stringify(content), { mode: 0o600 });
    await expect(openHeadlessVault(file, env).get('c_1', 'a')).rejects.toMatchObject({ code: 'vault.damaged' });
  });

  it('forgets one secret or all of a connection', async () => {
    const vault = openHeadlessVault(file, env);
    await Promise.all([vault.set('c_1', 'a', '1'), vault.set('c_1', 'b', '2'), vault.set('c_2', 'a', '3')]);
    await vault.delete('c_1', 'a');
    expect(await vault.names('c_1')).toEqual(['b']);
    await vault.delete('c_1');
    expect(await vault.names('c_1')).toEqual([]);
    expect(await vault.get('c_2', 'a')).toBe('3');
  });
});
