import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FlowDocument, flowSchema } from '../../../engine/model/flow.ts';
import { openWorkspace, type Workspace } from '../../../engine/store/workspace.ts';
import { fileNameFor, folderNameFor } from '../../../engine/store/workspace-files.ts';

let folder: string;
let workspace: Workspace;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-workspace-'));
  workspace = await openWorkspace(join(folder, 'new', 'workspace'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const flow = (id: string, name = 'Invoices'): FlowDocument =>
  flowSchema.parse({ format: 'costwire/flow', schemaVersion: 1, id, name });

describe('flow files', () => {
  it('stores a flow under a name made of its own and reads it back', async () => {
    const created = await workspace.flows.create(flow('f_1', 'Approved invoices → AP bills'));
    expect(created.fileName).toBe('approved-invoices-ap-bills.flow.json');
    expect((await workspace.flows.get('f_1')).document).toEqual(created.document);
    expect((await workspace.flows.get('f_1')).revision).toBe(created.revision);
  });

  it('refuses a save that began with an older revision and hands back both versions', async () => {
    const first = await workspace.flows.create(flow('f_1'));
    const theirs = await workspace.flows.save({ ...first.document, description: 'theirs' }, first.revision);
    expect(theirs.saved).toBe(true);
    const mine = await workspace.flows.save({ ...first.document, description: 'mine' }, first.revision);
    expect(mine).toMatchObject({
      saved: false,
      mine: { description: 'mine' },
      theirs: { document: { description: 'theirs' } },
    });
    expect((await workspace.flows.get('f_1')).document.description).toBe('theirs');
  });

  it('says so when the flow was deleted meanwhile instead of bringing it back', async () => {
    const { document, revision } = await workspace.flows.create(flow('f_1'));
    await workspace.flows.remove('f_1');
    expect(await workspace.flows.save(document, revision)).toEqual({ saved: false, mine: document, theirs: undefined });
  });

  it('gives two flows of one name two files and never two flows one id', async () => {
    const first = await workspace.flows.create(flow('f_1'));
    const second = await workspace.flows.create(flow('f_1'));
    expect([first.fileName, second.fileName]).toEqual(['invoices.flow.json', 'invoices-2.flow.json']);
    expect(second.document.id).not.toBe('f_1');
  });

  it('keeps the file name when a flow is renamed', async () => {
    await workspace.flows.create(flow('f_1'));
    const renamed = await workspace.flows.rename('f_1', '請求書 📄 فواتير');
    expect(renamed).toMatchObject({ fileName: 'invoices.flow.json', document: { name: '請求書 📄 فواتير' } });
  });

  it('moves a deleted flow to the trash and restores it', async () => {
    const { document } = await workspace.flows.create(flow('f_1'));
    const name = await workspace.flows.remove('f_1');
    expect((await workspace.flows.list()).flows).toEqual([]);
    expect(await workspace.flows.trashed()).toMatchObject([{ trashName: name, name: 'Invoices' }]);
    expect((await workspace.flows.restore(name)).document).toEqual(document);
    expect(await workspace.flows.trashed()).toEqual([]);
  });

  it('lists damaged files and files that share an id beside the good ones', async () => {
    await workspace.flows.create(flow('f_1'));
    await writeFile(join(workspace.flows.folder, 'broken.flow.json'), '{"format":');
    await writeFile(join(workspace.flows.folder, 'zz-copy.flow.json'), JSON.stringify(flow('f_1')));
    const { flows, broken } = await workspace.flows.list();
    expect(flows.map((file) => file.fileName)).toEqual(['invoices.flow.json']);
    expect(broken.map(({ fileName, error }) => [fileName, error.code])).toEqual([
      ['broken.flow.json', 'flow.invalid'],
      ['zz-copy.flow.json', 'flow.duplicateId'],
    ]);
    expect(await readFile(join(workspace.flows.folder, 'broken.flow.json'), 'utf8')).toBe('{"format":');
  });

  it('keeps the last fifty drafts, and one of equal ones', async () => {
    await workspace.flows.create(flow('f_1'));
    for (let count = 0; count < 53; count += 1) {
      const document = { ...flow('f_1'), description: `draft ${count}` };
      await workspace.flows.history.addDraft(document, 'r');
      await workspace.flows.history.addDraft(document, 'r');
    }
    const drafts = await workspace.flows.history.drafts('f_1');
    expect(drafts).toHaveLength(50);
    expect((await workspace.flows.history.latestDraft('f_1'))?.document.description).toBe('draft 52');
    const oldest = drafts.at(-1);
    expect((await workspace.flows.history.draft('f_1', oldest?.id ?? '')).description).toBe('draft 3');
  });

  it('numbers published versions and keeps each as it was', async () => {
    const { document } = await workspace.flows.create(flow('f_1'));
    const one = await workspace.flows.publish('f_1', 'first', 'Ada');
    await workspace.flows.save({ ...one.document, description: 'later' }, one.revision);
    await workspace.flows.publish('f_1', 'second', 'Ada');
    expect(await workspace.flows.history.versions('f_1')).toMatchObject([
      { version: 2, note: 'second' },
      { version: 1, note: 'first', by: 'Ada' },
    ]);
    expect(await workspace.flows.history.version('f_1', 1)).toEqual({ ...document, version: 1 });
    await expect(workspace.flows.history.version('f_1', 9)).rejects.toMatchObject({ code: 'flow.notFound' });
  });

  it('never leaves the workspace, whatever ids and names hold', async () => {
    await fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const name of [fileNameFor(text, 'flow'), folderNameFor(text)]) {
          expect(name).not.toMatch(/[/\\:*?"<>|]|^\.|\0/);
          expect(name).not.toBe('');
          expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i);
        }
      }),
    );
    await workspace.flows.create(flow('../../evil'));
    await workspace.flows.history.addDraft(flow('../../evil'), 'r');
    await expect(workspace.flows.restore('../../x.flow.json')).rejects.toMatchObject({ code: 'flow.notFound' });
    expect(await readdir(folder)).toEqual(['new']);
    expect((await readdir(workspace.folder)).sort()).toEqual(['flows', 'history']);
  });
});

describe('watching', () => {
  it('tells of files that other programs add, change and remove', async () => {
    const end = new AbortController();
    const changes = workspace.watch(end.signal)[Symbol.asyncIterator]();
    expect((await changes.next()).value).toMatchObject({ kind: 'watching' });
    const path = join(workspace.flows.folder, 'pulled.flow.json');
    await writeFile(path, JSON.stringify(flow('f_9')));
    expect((await changes.next()).value).toMatchObject({ kind: 'added', fileName: 'pulled.flow.json', flowId: 'f_9' });
    const { document, revision } = await workspace.flows.get('f_9');
    const saved = await workspace.flows.save({ ...document, description: 'changed' }, revision);
    expect((await changes.next()).value).toMatchObject({
      kind: 'changed',
      revision: saved.saved ? saved.file.revision : 'refused',
    });
    await rm(path);
    expect((await changes.next()).value).toMatchObject({ kind: 'removed', flowId: 'f_9' });
    end.abort();
    await changes.return(undefined);
  });
});

describe('connections, bindings and settings', () => {
  const connection = {
    id: 'c_1',
    name: 'BC Production',
    connector: 'business-central',
    environment: 'production' as const,
    fields: { company: 'CRONUS' },
    secrets: ['clientSecret'],
  };

  it('keeps connections and names the one that is missing', async () => {
    await workspace.connections.save(connection);
    expect(await workspace.connections.get('c_1')).toEqual(connection);
    await workspace.connections.remove('c_1');
    await expect(workspace.connections.get('c_1')).rejects.toMatchObject({ code: 'connection.notFound' });
  });

  it('loses none of many changes made at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => workspace.connections.save({ ...connection, id: `c_${index}` })),
    );
    expect(await workspace.connections.list()).toHaveLength(20);
  });

  it('keeps bindings per flow and settings with their defaults', async () => {
    await workspace.bindings.set('f_1', { slots: { erp: 'c_1' }, parameters: { cutoff: '2026-01-01' } });
    expect((await workspace.bindings.get('f_1')).slots).toEqual({ erp: 'c_1' });
    expect(await workspace.bindings.get('f_2')).toEqual({ slots: {}, parameters: {} });
    await workspace.settings.set({ appearance: 'dark' });
    expect(await workspace.settings.get()).toMatchObject({ appearance: 'dark', negativeAmounts: 'minus' });
  });

  it('does not overwrite a damaged file', async () => {
    await writeFile(join(workspace.folder, 'connections.json'), '{"connections": 3}');
    await expect(workspace.connections.save(connection)).rejects.toMatchObject({ code: 'workspace.damaged' });
    expect(await readFile(join(workspace.folder, 'connections.json'), 'utf8')).toBe('{"connections": 3}');
  });
});

describe('opening', () => {
  it('names a missing folder when it may not make one, and a file that is no folder', async () => {
    await expect(openWorkspace(join(folder, 'none'), { create: false })).rejects.toMatchObject({
      code: 'workspace.notFound',
    });
    await writeFile(join(folder, 'file'), '');
    await expect(openWorkspace(join(folder, 'file'))).rejects.toMatchObject({ code: 'workspace.notFound' });
  });

  it.skipIf(process.getuid?.() === 0)('opens a read-only folder for reading and says why a save fails', async () => {
    await workspace.flows.create(flow('f_1'));
    await chmod(workspace.folder, 0o500);
    await chmod(workspace.flows.folder, 0o500);
    const readOnly = await openWorkspace(workspace.folder);
    expect(readOnly.readOnly).toBe(true);
    await expect(readOnly.flows.rename('f_1', 'other')).rejects.toMatchObject({ code: 'workspace.readOnly' });
    await chmod(workspace.folder, 0o700);
    await chmod(workspace.flows.folder, 0o700);
  });
});
