/** `costwire store …`: backup, restore, retention, check, and how far the sources were read. */

import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { listWatermarks, previewWatermark, setWatermark } from '../../engine/api/workspace-watermarks.ts';
import { AppError } from '../../engine/model/error.ts';
import { openStore, restore, type Store } from '../../engine/store/index.ts';
import { confirmed } from '../confirm.ts';
import { wholeNumber } from '../options.ts';
import { grid } from '../report.ts';
import { exitCodes, type Shell } from '../shell.ts';

interface RetainOptions {
  days?: number;
  maxMb?: number;
}

interface WatermarkOptions {
  node: string;
  scope: string;
  to: string;
  why: string;
  yes?: boolean;
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const store = program.command('store').description('the workspace’s database');
  store
    .command('backup <file>')
    .description('copy the database to a new file; works while Costwire is running')
    .action((file: string) => backup(shell, file));
  store
    .command('restore <file>')
    .description('put a backup in place of the database; the present one is kept beside it')
    .action((file: string) => putBack(shell, file));
  store
    .command('retain')
    .description('remove old payloads and requests; ledger, outcomes and audit chain stay')
    .option('--days <number>', 'older than this many days', wholeNumber)
    .option('--max-mb <number>', 'oldest first, until they take no more than this', wholeNumber)
    .action((options: RetainOptions) => retain(shell, options));
  store
    .command('check')
    .description('read the whole file for damage')
    .action(() => check(shell));
  store
    .command('watermarks <flow>')
    .description('how far each source of a flow was read')
    .action((flow: string) => watermarks(shell, flow));
  store
    .command('set-watermark <flow>')
    .description(
      'set by hand how far a source counts as read; says what that brings and asks; goes into the audit chain',
    )
    .requiredOption('--node <id>', 'the read node')
    .requiredOption('--scope <id>', 'the project, or company')
    .requiredOption('--to <instant>', 'such as 2026-01-31T00:00:00Z')
    .requiredOption('--why <reason>', 'why')
    .option('--yes', 'do not ask')
    .action((flow: string, options: WatermarkOptions) => changeWatermark(shell, flow, options));
}

async function looking<Result>(shell: Shell, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore(shell.folder, { readOnly: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function backup(shell: Shell, file: string): Promise<void> {
  const to = resolve(file);
  await looking(shell, (store) => store.maintenance.backup(to));
  shell.answer(`The database was copied to ${to} and the copy was checked.`, { file: to });
}

async function putBack(shell: Shell, file: string): Promise<void> {
  const from = resolve(file);
  const replaced = await restore(shell.folder, from, userInfo().username);
  const kept = replaced === undefined ? '' : `\nThe database that was there is now ${replaced}.`;
  shell.answer(`The workspace has the database of ${from}.${kept}`, { file: from, replaced: replaced ?? null });
}

async function retain(shell: Shell, options: RetainOptions): Promise<void> {
  if (options.days === undefined && options.maxMb === undefined)
    throw new AppError('cli.usage', 'Nothing says what is too old or too much.', {
      hint: 'Give --days, --max-mb or both.',
    });
  const { store, user } = await shell.open();
  const rule = {
    by: user,
    ...(options.days === undefined ? {} : { olderThanDays: options.days }),
    ...(options.maxMb === undefined ? {} : { maxBytes: options.maxMb * 1_048_576 }),
  };
  const result = await store.maintenance.retain(rule);
  const freed = `${(result.freedBytes / 1_048_576).toFixed(1)} MB were given back.`;
  const said = `${result.payloads} payloads, ${result.exchanges} requests and ${result.events} events of ${result.runs} runs were removed. ${freed}`;
  shell.answer(said, result);
}

async function check(shell: Shell): Promise<void> {
  const { damage, size } = await looking(shell, async (store) => ({
    damage: await store.maintenance.check(),
    size: await store.maintenance.size(),
  }));
  const megabytes = (size.file / 1_048_576).toFixed(1);
  const said = damage.length === 0 ? `The database is sound (${megabytes} MB).` : damage.join('\n');
  shell.answer(said, { sound: damage.length === 0, damage, size });
  shell.exitCode = damage.length === 0 ? exitCodes.ok : exitCodes.recordsOpen;
}

async function watermarks(shell: Shell, name: string): Promise<void> {
  const document = await shell.flow(name);
  const { connectors } = shell;
  const { workspace } = await shell.files();
  const entries = await looking(shell, (store) => listWatermarks({ workspace, store, connectors }, document));
  const rows = entries.map(({ nodeId, scope, scopeLabel, reached, overlapMs, updatedBy, inUse }) => [
    nodeId,
    scope,
    scopeLabel ?? '',
    reached,
    overlapMs === undefined ? '' : `${overlapMs / 60_000} min`,
    updatedBy,
    inUse ? '' : 'of an earlier version of the flow, or of other values of its parameters',
  ]);
  const titles = ['Node', 'Scope', 'Project', 'Read up to', 'Read again before it', 'Set by', ''];
  shell.answer(rows.length === 0 ? 'Nothing was read yet.' : grid(titles, rows), { watermarks: entries });
}

async function changeWatermark(shell: Shell, name: string, options: WatermarkOptions): Promise<void> {
  const document = await shell.flow(name);
  const reads = document.nodes.filter(({ kind }) => kind === 'read').map(({ id }) => id);
  if (!reads.includes(options.node))
    throw new AppError('cli.usage', `“${document.name}” has no read node “${options.node}”.`, {
      hint: `It has: ${reads.join(', ')}.`,
    });
  const { user, ...parts } = await shell.open();
  const { node: nodeId, scope, to, why } = options;
  const { before, after, warning } = await previewWatermark(parts, document, { nodeId, scope, to });
  const said = `“${document.name}”, ${nodeId}, ${scope}: ${before ?? 'not read yet'} → ${after}.\n${warning ?? 'It stands there already.'}`;
  if (!(await confirmed(shell, said, options.yes === true))) {
    shell.answer('Nothing was changed.', { changed: false, warning: warning ?? null });
    return;
  }
  await setWatermark(parts, document, { nodeId, scope, to, by: user, why });
  shell.answer('The watermark is set.', { changed: true, warning: warning ?? null });
}
