import { expect, it } from 'vitest';
import { judge } from './compare.ts';
import { realEntry, runCli } from './processes.ts';
import { databaseKb, Theatre } from './stage.ts';

it.skipIf(process.platform === 'win32')(
  'stops a run cleanly where the disk is full, says so, and posts the rest when there is room again',
  { timeout: 240_000 },
  async () => {
    const theatre = await Theatre.open({ records: 16, latencyMs: 5 });
    try {
      const expected = await theatre.expected();
      const stage = await theatre.next(realEntry);
      const run = { entry: stage.entry, workspace: stage.workspace, args: ['run', stage.flow] };
      const full = await runCli({ ...run, fileLimitKb: (await databaseKb(stage.workspace)) + 64 });
      expect(full.code === 1 || full.code === 3).toBe(true);
      const answer: { error?: unknown; run?: { error?: unknown } } = JSON.parse(full.out);
      expect(answer.error ?? answer.run?.error).toMatchObject({
        code: 'store.full',
        hint: 'Free disk space, then run the flow again; nothing was lost.',
      });
      const again = await runCli(run);
      expect(again.code).toBe(0);
      expect(await judge(stage, expected)).toMatchObject({ found: expected.length, notes: [] });
    } finally {
      await theatre.close();
    }
  },
);
