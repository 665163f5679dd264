import { once } from 'node:events';
import { expect, it } from 'vitest';
import { control, realEntry, startCli } from './processes.ts';
import { Theatre } from './stage.ts';

it('says in its log why a run stands still, and stops when it is interrupted', { timeout: 120_000 }, async () => {
  const theatre = await Theatre.open({ records: 4, latencyMs: 0 });
  try {
    const stage = await theatre.next(realEntry);
    await control(stage.source.address, 'faults', { faults: ['path=/rest/;times=100000;tight-limits'] });
    const run = startCli({ entry: realEntry, workspace: stage.workspace, args: ['run', stage.flow] });
    await once(run.child.stderr ?? run.child, 'data');
    run.child.kill('SIGINT');
    const { err, out } = await run.done;
    expect(err).toMatch(/^ {2}Procore: .+ \(\d+ s\)$/m);
    expect(JSON.parse(out)).toMatchObject({ run: { status: 'cancelled' } });
  } finally {
    await theatre.close();
  }
});
