/**
 * `npm run demo`: the main job on the practice company, from nothing to posted bills: dry run, posting sheet, posting, what was held
 * and why, and a second run that posts nothing. `--json` prints one object.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '../connectors/index.ts';
import { readTemplates } from '../engine/api/host.ts';
import { applyTemplate } from '../engine/api/service/templates.ts';
import { runInWorkspace, type WorkspaceParts } from '../engine/api/workspace-run.ts';
import type { RunningSimulator } from '../engine/model/connector.ts';
import { AppError, toAppError } from '../engine/model/error.ts';
import type { FlowDocument } from '../engine/model/flow.ts';
import { sumAmounts } from '../engine/model/money.ts';
import type { RecordOutcome, RecordStatus, RunSummary } from '../engine/model/run.ts';
import { memoryVault } from '../engine/model/vault.ts';
import type { RunResult } from '../engine/run/run-flow.ts';
import { openStore } from '../engine/store/index.ts';
import { openWorkspace } from '../engine/store/workspace.ts';
import { bundledTemplates } from './commands/template.ts';
import { describeDifference, describeRun, describeSheet, grid, money } from './report.ts';
import { describeError, exitCodes } from './shell.ts';

const templateId = 'procore-acumatica-invoices';

/** What the demo answers with `--json`. Amounts are decimal strings; counts and totals add up. */
export interface DemoResult {
  read: number;
  posted: number;
  held: number;
  failed: number;
  skipped: number;
  sourceTotal: string;
  postedTotal: string;
  heldTotal: string;
  failedTotal: string;
  skippedTotal: string;
  secondRunPosted: number;
}

/** A prepared workspace with the practice company running beside it. */
interface Stage {
  parts: WorkspaceParts;
  document: FlowDocument;
  close(): Promise<void>;
}

async function prepare(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'costwire-demo-'));
  const running: RunningSimulator[] = [];
  const close = async (parts?: WorkspaceParts): Promise<void> => {
    await Promise.all(running.map((simulator) => simulator.stop()));
    await parts?.store.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const workspace = await openWorkspace(folder);
    const vault = memoryVault();
    const template = (await readTemplates(bundledTemplates)).find(({ id }) => id === templateId);
    if (template === undefined) throw new AppError('template.invalid', `The template “${templateId}” is missing.`);
    const slots: Record<string, string> = {};
    for (const [slot, { connector: id }] of Object.entries(template.flow.slots)) {
      const connector = connectors.find((candidate) => candidate.id === id);
      const simulator = await (await connector?.simulator?.())?.start({ data: { kind: 'practice' } });
      if (connector === undefined || simulator === undefined)
        throw new AppError('connection.unknownConnector', `There is no practice system for “${id}”.`);
      running.push(simulator);
      for (const [name, value] of Object.entries(simulator.secrets)) await vault.set(id, name, value);
      const { fields } = simulator;
      const secrets = Object.keys(simulator.secrets);
      await workspace.connections.save({
        id,
        name: `${connector.title} (practice)`,
        connector: id,
        environment: 'practice',
        fields,
        secrets,
      });
      slots[slot] = id;
    }
    const parts: WorkspaceParts = { workspace, store: await openStore(folder), vault, connectors, user: 'demo' };
    const { flowId } = await applyTemplate(parts, template, { slots });
    const { document } = await workspace.flows.get(flowId);
    return { parts, document, close: () => close(parts) };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

interface Told {
  dry: RunResult;
  first: RunSummary;
  outcomes: RecordOutcome[];
  second: RunSummary;
}

/** Dry run, posting run, and a second posting run that reads everything again. */
async function play({ parts, document }: Stage, tell: (text: string) => void): Promise<Told> {
  tell('Dry run: nothing is written to any system …');
  const dry = await run(parts, document, 'dry');
  const difference = describeDifference(dry.run, dry.sheet);
  tell([describeSheet(dry.sheet, 25), describeRun(dry.run), difference ?? ''].join('\n\n').trimEnd());
  tell('Posting …');
  const outcomes: RecordOutcome[] = [];
  const { run: first } = await run(parts, document, 'post', (outcome) => outcomes.push(outcome));
  tell(describeRun(first));
  tell('The same flow once more, reading everything again …');
  const { run: second } = await run(parts, document, 'post');
  return { dry, first, outcomes, second };
}

async function run(
  parts: WorkspaceParts,
  document: FlowDocument,
  kind: 'dry' | 'post',
  onOutcome?: (outcome: RecordOutcome) => void,
): Promise<RunResult> {
  const result = await runInWorkspace(parts, {
    document,
    kind,
    fromTheBeginning: true,
    onEvent: (event) => {
      if (event.type === 'recordSettled') onOutcome?.(event.outcome);
    },
  });
  const { error } = result.run;
  if (error !== undefined) throw new AppError(error.code, error.message, { hint: error.hint });
  return result;
}

/** Counts and totals of the first run; in doubt counts as failed, since somebody must look. */
export function resultOf(first: RunSummary, second: RunSummary): DemoResult {
  const total = (...statuses: RecordStatus[]): string =>
    sumAmounts(statuses.flatMap((status) => Object.values(first.amounts[status] ?? {})));
  const { counts } = first;
  return {
    read: counts.total,
    posted: counts.posted,
    held: counts.held,
    failed: counts.failed + counts.inDoubt,
    skipped: counts.skipped,
    sourceTotal: total('posted', 'held', 'failed', 'inDoubt', 'skipped'),
    postedTotal: total('posted'),
    heldTotal: total('held'),
    failedTotal: total('failed', 'inDoubt'),
    skippedTotal: total('skipped'),
    secondRunPosted: second.counts.posted,
  };
}

/** The difference between what was read and what was posted, record by record, and its sum. */
function explain(told: Told, result: DemoResult): string {
  const open = told.outcomes.filter(({ status }) => status !== 'posted' && status !== 'skipped');
  const rows = open.map((outcome) => [
    outcome.status,
    outcome.origin.label ?? outcome.origin.id,
    outcome.origin.scope?.label ?? '',
    money(outcome.amount),
    wrap(outcome.error?.message ?? outcome.note ?? '', 70),
  ]);
  const sums = [
    ['Read', String(result.read), money(result.sourceTotal)],
    ['− not for posting (drafts, under review …)', String(result.skipped), money(result.skippedTotal)],
    ['− held', String(result.held), money(result.heldTotal)],
    ['− failed or in doubt', String(result.failed), money(result.failedTotal)],
    ['= posted', String(result.posted), money(result.postedTotal)],
  ];
  return [
    'Held and failed: which, why, how much',
    grid(['Status', 'Invoice', 'Project', 'Amount#', 'Why'], rows),
    'From source to ledger',
    grid(['', 'Records#', 'Amount#'], sums),
    `The second run posted ${result.secondRunPosted}.`,
  ].join('\n');
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Plays the demo. @returns the exit code: 0, since what is held is held on purpose. */
export async function demo(args: readonly string[], write: (text: string) => void): Promise<number> {
  const json = args.includes('--json');
  const stage = await prepare();
  try {
    const told = await play(stage, (text) => {
      if (!json) write(`${text}\n\n`);
    });
    const result = resultOf(told.first, told.second);
    write(json ? `${JSON.stringify(result)}\n` : `${explain(told, result)}\n`);
    return exitCodes.ok;
  } finally {
    await stage.close();
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await demo(process.argv.slice(2), (text) => process.stdout.write(text));
  } catch (thrown) {
    process.stderr.write(`${describeError(toAppError(thrown, 'playing the demo'))}\n`);
    process.exitCode = exitCodes.cannotStart;
  }
}
