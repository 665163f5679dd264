import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CostwireClient, TableView } from '../../../engine/api/contract.ts';
import { AppError } from '../../../engine/model/error.ts';
import { type MappingRow, tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import { createTableWork, type TableWork } from '../../../renderer/tables/table-work.ts';

const schema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'codes',
  name: 'Codes',
  keys: [{ name: 'code' }],
  targets: [{ name: 'account' }],
});
const row = (code: string): MappingRow => ({ id: code, keys: [code], targets: ['5010'] });
const add = (code: string) => (rows: readonly MappingRow[]) => [...rows, row(code)];

/** A host with one table, whose revision is the number of its rows and edits. */
function host() {
  const state = { rows: [row('01')], turn: 0, saves: 0, version: 1, draft: false };
  const view = (): TableView => ({
    schema,
    rows: state.rows,
    version: state.version,
    draft: state.draft,
    problems: [],
    revision: String(state.turn),
    proposals: 0,
  });
  const check = (revision: string | undefined): void => {
    if (revision !== undefined && revision !== String(state.turn))
      throw new AppError('workspace.conflict', '“Codes” was changed meanwhile; nothing of this was saved.');
  };
  const table = {
    get: async () => view(),
    saveDraft: async (input: { rows: MappingRow[]; revision?: string }) => {
      check(input.revision);
      Object.assign(state, { rows: input.rows, turn: state.turn + 1, saves: state.saves + 1, draft: true });
      return view();
    },
    publish: async (input: { revision?: string }) => {
      check(input.revision);
      Object.assign(state, { version: state.version + 1, draft: false });
      return view();
    },
    discardDraft: async () => void Object.assign(state, { rows: [row('01')], turn: state.turn + 1, draft: false }),
  };
  return { state, client: { table } as unknown as CostwireClient };
}

let served: ReturnType<typeof host>;
let work: TableWork;
const codes = (): string[] => work.store.getState().rows.map(({ id }) => id);
const keeping = () => work.store.getState().keeping;

beforeEach(async () => {
  vi.useFakeTimers();
  served = host();
  work = createTableWork(served.client, 'codes');
  await work.load();
});
afterEach(() => vi.useRealTimers());

describe('work at a table', () => {
  it('keeps a draft once the person pauses, in one save for many edits', async () => {
    work.edit('Add', add('02'));
    work.edit('Add', add('03'));
    expect([keeping(), served.state.saves]).toEqual(['edited', 0]);
    await vi.advanceTimersByTimeAsync(1000);
    expect([keeping(), served.state.saves, served.state.rows.length]).toEqual(['kept', 1, 3]);
  });

  it('undoes and redoes by name; what changes nothing is no step', () => {
    work.edit('Nothing', (rows) => rows);
    work.edit('Add 02', add('02'));
    work.edit('Add 03', add('03'));
    work.undo();
    expect([codes(), work.store.getState().redo.map(({ name }) => name)]).toEqual([['01', '02'], ['Add 03']]);
    work.undo();
    work.undo();
    expect(codes()).toEqual(['01']);
    work.redo();
    expect(codes()).toEqual(['01', '02']);
    work.edit('Add 04', add('04'));
    expect([codes(), work.store.getState().redo]).toEqual([['01', '02', '04'], []]);
  });

  it('never overwrites what another saved: mine or theirs, as the person says', async () => {
    work.edit('Add', add('02'));
    Object.assign(served.state, { rows: [row('77')], turn: 9 });
    expect(await work.flush()).toBe(false);
    expect([keeping(), served.state.rows.length, codes()]).toEqual(['conflict', 1, ['01', '02']]);
    // Further edits stay in the window until the conflict ends.
    work.edit('Add', add('03'));
    await vi.advanceTimersByTimeAsync(5000);
    expect([keeping(), served.state.saves]).toEqual(['conflict', 0]);
    await work.keepMine();
    expect([keeping(), served.state.rows.map(({ id }) => id)]).toEqual(['kept', ['01', '02', '03']]);
  });

  it('takes theirs where that is wanted', async () => {
    work.edit('Add', add('02'));
    Object.assign(served.state, { rows: [row('77')], turn: 9 });
    await work.flush();
    await work.takeTheirs();
    expect([keeping(), codes(), work.store.getState().undo]).toEqual(['kept', ['77'], []]);
  });

  it('shows what another saved where nothing of this window is open, and keeps undo where nothing changed', async () => {
    work.edit('Add', add('02'));
    await work.flush();
    await work.refresh();
    expect(work.store.getState().undo).toHaveLength(1);
    Object.assign(served.state, { rows: [row('77')], turn: 9 });
    await work.refresh();
    expect([codes(), work.store.getState().undo]).toEqual([['77'], []]);
    work.edit('Add', add('78'));
    Object.assign(served.state, { rows: [row('79')], turn: 10 });
    await work.refresh();
    expect(codes()).toEqual(['77', '78']);
  });

  it('publishes exactly what is on screen', async () => {
    work.edit('Add', add('02'));
    expect(await work.publish()).toMatchObject({ version: 2, rows: [row('01'), row('02')] });
    expect([served.state.saves, work.store.getState().undo]).toEqual([1, []]);
  });

  it('publishes nothing that another window saved after the difference was shown', async () => {
    work.edit('Add row', add('02'));
    const seen = await work.ready();
    Object.assign(served.state, { rows: [...served.state.rows, row('03')], turn: served.state.turn + 1 });
    await work.refresh();
    expect(codes()).toEqual(['01', '02', '03']);
    await expect(work.publish(seen?.revision)).rejects.toThrow('changed meanwhile');
    expect(served.state.version).toBe(1);
    expect(await work.publish((await work.ready())?.revision)).toMatchObject({ version: 2 });
  });

  it('is not ready to be compared while what is on screen could not be kept', async () => {
    work.edit('Add row', add('02'));
    Object.assign(served.state, { rows: [row('03')], turn: served.state.turn + 1 });
    expect(await work.ready()).toBeUndefined();
    expect(work.store.getState().error?.code).toBe('workspace.conflict');
    expect(codes()).toEqual(['01', '02']);
  });

  it('goes back to what is published', async () => {
    work.edit('Add', add('02'));
    await work.flush();
    await work.discard();
    expect([codes(), keeping()]).toEqual([['01'], 'kept']);
  });
});
