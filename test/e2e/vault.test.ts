import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPassphraseVault } from '../../engine/store/workspace-passphrase.ts';
import { stage } from './support/story.ts';

const on = stage();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-vault-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('asks for a passphrase twice when it is chosen, and for the right one from then on', async () => {
  const open = () => openPassphraseVault(join(folder, 'vault.json'), () => false);
  Object.assign(on.designer.test.vault, open());
  const first = (await on.open('/connections')).page;
  const banner = first.locator('.banner');
  await expect.poll(() => banner.innerText()).toContain('no keyring');
  await banner.getByRole('button', { name: 'Choose passphrase …' }).click();
  const dialog = first.getByRole('dialog');
  await dialog.getByLabel('Passphrase', { exact: true }).fill('three plain words');
  await dialog.getByLabel('The same once more').fill('three plane words');
  expect(await dialog.innerText()).toContain('not the same');
  expect(await dialog.getByRole('button', { name: 'Use this passphrase' }).isDisabled()).toBe(true);
  await dialog.getByLabel('The same once more').fill('three plain words');
  await dialog.getByRole('button', { name: 'Use this passphrase' }).click();
  await banner.waitFor({ state: 'detached' });

  Object.assign(on.designer.test.vault, open());
  const later = (await on.open('/settings')).page;
  await expect.poll(() => later.locator('.banner').innerText()).toContain('locked');
  await later.locator('.banner').getByRole('button', { name: 'Enter passphrase …' }).click();
  const asked = later.getByRole('dialog');
  await asked.getByLabel('Passphrase', { exact: true }).fill('wrong');
  await asked.getByRole('button', { name: 'Unlock' }).click();
  await expect.poll(() => asked.innerText()).toContain('does not open the vault');
  await asked.getByLabel('Passphrase', { exact: true }).fill('three plain words');
  await asked.getByRole('button', { name: 'Unlock' }).click();
  await later.locator('.banner').waitFor({ state: 'detached' });
});
