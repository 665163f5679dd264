import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectors } from '../../../connectors/index.ts';
import type { CostwireClient } from '../../../engine/api/contract.ts';
import { readTemplates } from '../../../engine/api/host.ts';
import { createFlowEngine } from '../../../engine/api/service/flow-engine.ts';
import { practiceConnectionId } from '../../../engine/api/service/practice.ts';
import type { RunEvent } from '../../../engine/model/run.ts';
import { memoryVault } from '../../../engine/model/vault.ts';
import { type TestService, testService } from '../../support/service.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const vault = memoryVault();
let test: TestService;
let client: CostwireClient;
const told: unknown[] = [];

beforeAll(async () => {
  test = await testService({
    connectors,
    vault,
    templates: await readTemplates(join(root, 'templates')),
    makeEngine: ({ workspace, store }) => createFlowEngine({ workspace, store, vault, connectors, user: 'Ada' }),
  });
  await test.service.start();
  client = createRouterClient(test.service.router) as CostwireClient;
});
afterAll(() => test.close());

async function toTheEnd(runId: string): Promise<void> {
  for await (const event of await client.run.watch({ runId })) told.push(event satisfies RunEvent);
}

/** Every file of the workspace but the practice company's own state, which stands for the remote systems. */
async function everyFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const own = entries.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, 'practice')));
  const texts = await Promise.all(own.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
  return texts.join('\n');
}

it('posts the practice bills from their sheet and leaves no secret in files, history, events or answers', async () => {
  const [flow] = (await client.flow.list()).flows;
  const flowId = flow?.id ?? '';
  for (const { id } of await client.table.list()) await client.table.publish({ id }).catch(() => undefined);
  await expect(client.run.start({ kind: 'post', flowId })).rejects.toMatchObject({ code: 'approval.required' });
  const dry = await client.run.start({ kind: 'dry', flowId });
  await toTheEnd(dry.id);
  const sheet = await client.run.postingSheet({ runId: dry.id });
  const wanted = sheet.vouchers.filter(({ action }) => action === 'create').length;
  expect(wanted).toBeGreaterThan(0);
  const stale = client.run.start({ kind: 'post', flowId, sheet: { runId: dry.id, hash: 'another' } });
  await expect(stale).rejects.toMatchObject({ code: 'approval.stale' });
  const post = await client.run.start({ kind: 'post', flowId, sheet: { runId: dry.id, hash: sheet.hash } });
  await toTheEnd(post.id);
  const done = await client.run.get({ runId: post.id });
  expect(done.error).toBeUndefined();
  expect(done.counts.posted).toBeGreaterThan(0);
  expect(done.counts.awaitingApproval).toBe(0);
  const { records } = await client.record.search({ runId: post.id, statuses: ['posted'], limit: 5 });
  for (const { key } of records) told.push(await client.record.get({ runId: post.id, key }));

  const secrets: string[] = [];
  for (const connector of connectors) {
    const id = practiceConnectionId(connector.id);
    for (const name of await vault.names(id)) secrets.push((await vault.get(id, name)) ?? '');
  }
  const long = secrets.filter((secret) => secret.length >= 8);
  expect(long.length).toBeGreaterThan(1);
  told.push(await client.connection.list(), await client.run.list({}), await client.host.info(), test.faults);
  await test.store.recorder.flush();
  const places = { files: await everyFile(test.workspace.folder), answers: JSON.stringify(told) };
  expect(places.files).toContain(post.id);
  for (const [place, text] of Object.entries(places)) {
    const found = long.filter((secret) => text.includes(secret)).length;
    expect(`${found} secrets in ${place}`).toBe(`0 secrets in ${place}`);
    const bearer = [...text.matchAll(/Bearer\s+([\w.~+/-]{8,})/g)].length;
    expect(`${bearer} tokens in ${place}`).toBe(`0 tokens in ${place}`);
  }
});
