/**
 * The process of the run bench that runs the flow, alone with its memory: workspace, template, one posting run. Takes the systems'
 * addresses as JSON and prints what it took as JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '../../connectors/index.ts';
import { readTemplates } from '../../engine/api/host.ts';
import { applyTemplate } from '../../engine/api/service/templates.ts';
import { runInWorkspace, type WorkspaceParts } from '../../engine/api/workspace-run.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import { memoryVault } from '../../engine/model/vault.ts';
import { openStore } from '../../engine/store/index.ts';
import { openWorkspace } from '../../engine/store/workspace.ts';
import { bundledTemplates } from '../../headless/commands/template.ts';

/** A simulator as `practice --json` tells of it. */
export type System = Pick<RunningSimulator, 'connector' | 'address' | 'fields' | 'secrets'>;

/** What a run took. */
export interface RunTook {
  counts: Record<string, number>;
  seconds: number;
  peakMb: number;
  /** Processor time per record, which other work on the machine does not change. */
  cpuMsPerRecord: number;
  error?: string;
}

async function play(systems: readonly System[]): Promise<RunTook> {
  const folder = await mkdtemp(join(tmpdir(), 'costwire-bench-'));
  const workspace = await openWorkspace(folder);
  const vault = memoryVault();
  const slots: Record<string, string> = {};
  const template = (await readTemplates(bundledTemplates)).find(({ id }) => id === 'procore-acumatica-invoices');
  if (template === undefined) throw new Error('The template is missing.');
  for (const { connector: id, fields, secrets } of systems) {
    for (const [name, value] of Object.entries(secrets)) await vault.set(id, name, value);
    const names = Object.keys(secrets);
    await workspace.connections.save({ id, name: id, connector: id, environment: 'practice', fields, secrets: names });
    const slot = Object.entries(template.flow.slots).find(([, { connector }]) => connector === id)?.[0];
    if (slot !== undefined) slots[slot] = id;
  }
  const parts: WorkspaceParts = { workspace, store: await openStore(folder), vault, connectors, user: 'bench' };
  const { flowId } = await applyTemplate(parts, template, { slots });
  const { document } = await workspace.flows.get(flowId);
  const [started, processor] = [performance.now(), process.cpuUsage()];
  const { run } = await runInWorkspace(parts, { document, kind: 'post' });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(processor);
  await parts.store.close();
  await rm(folder, { recursive: true, force: true });
  return {
    counts: Object.fromEntries(Object.entries(run.counts).filter(([, count]) => count > 0)),
    seconds: Number(seconds.toFixed(2)),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    cpuMsPerRecord: Number(((user + system) / 1000 / Math.max(1, run.counts.total)).toFixed(3)),
    ...(run.error === undefined ? {} : { error: run.error.message }),
  };
}

process.stdout.write(`${JSON.stringify(await play(JSON.parse(process.argv[2] ?? '[]') as System[]))}\n`);
