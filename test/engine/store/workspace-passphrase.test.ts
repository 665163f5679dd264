import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPassphraseVault } from '../../../engine/store/workspace-passphrase.ts';

let folder: string;
const open = () => openPassphraseVault(join(folder, 'vault.json'), (id) => id.startsWith('practice-'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-passphrase-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('keeps nothing before a passphrase was chosen, and opens with that one only', async () => {
  const vault = open();
  expect(await vault.lock?.state()).toBe('new');
  await expect(vault.set('c1', 'key', 'S3NTINEL')).rejects.toMatchObject({ code: 'vault.locked' });
  await expect(vault.lock?.unlock('short')).rejects.toMatchObject({ code: 'vault.locked' });
  await vault.lock?.unlock('three plain words');
  await vault.set('c1', 'key', 'S3NTINEL');
  expect(await vault.lock?.state()).toBe('open');

  const again = open();
  expect(await again.lock?.state()).toBe('locked');
  expect(await again.names('c1')).toEqual(['key']);
  await expect(again.get('c1', 'key')).rejects.toMatchObject({ code: 'vault.locked' });
  await expect(again.lock?.unlock('three other words')).rejects.toMatchObject({ code: 'vault.locked' });
  expect(await again.lock?.state()).toBe('locked');
  await again.lock?.unlock('three plain words');
  expect(await again.get('c1', 'key')).toBe('S3NTINEL');
  expect(await readFile(join(folder, 'vault.json'), 'utf8')).not.toContain('S3NTINEL');
});

it('lets the practice company work without one, and writes nothing of it', async () => {
  const vault = open();
  await vault.set('practice-procore', 'clientSecret', 'practice');
  expect(await vault.get('practice-procore', 'clientSecret')).toBe('practice');
  expect(await vault.names('practice-procore')).toEqual(['clientSecret']);
  expect(await vault.lock?.state()).toBe('new');
});
