/** `costwire ping`: the checks of a connection, as they come in. */
import type { Command } from 'commander';
import { needsOfConnection } from '../../engine/api/workspace-run.ts';
import type { PingCheck } from '../../engine/model/connection.ts';
import { AppError, toAppError } from '../../engine/model/error.ts';
import { secretsOf } from '../../engine/model/vault.ts';
import { sleepFor } from '../../engine/run/deliver.ts';
import { connectContext } from '../../engine/run/execute-clients.ts';
import { exitCodes, type Shell } from '../shell.ts';

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  program
    .command('ping <connection>')
    .description('check a connection live: reach, sign in, company, version, permissions, limits')
    .action((name: string) => ping(shell, name));
}

const marks: Record<PingCheck['status'], string> = { running: '…', ok: '✓', warning: '!', failed: '✗', skipped: '-' };

async function ping(shell: Shell, name: string): Promise<void> {
  const connection = await shell.connection(name);
  const { workspace, vault } = await shell.files();
  const connector = shell.connectors.find(({ id }) => id === connection.connector);
  if (connector === undefined)
    throw new AppError('connection.unknownConnector', `This Costwire has no connector “${connection.connector}”.`);
  const host = {
    connectors: shell.connectors,
    secretsOf: (id: string) => secretsOf(vault, id),
    saveSecret: (id: string, secret: string, value: string) => vault.set(id, secret, value),
    now: Date.now,
    sleep: sleepFor,
    random: Math.random,
  };
  const { signal } = shell.terminal;
  const context = await connectContext(connector, connection, host, signal, { onExchange: () => {}, onWait: () => {} });
  const client = connector.connect(context);
  const checks = new Map<string, PingCheck>();
  try {
    for await (const check of connector.ping(client, await needsOfConnection(workspace, connection.id))) {
      checks.set(check.id, check);
      if (!shell.json && check.status !== 'running') shell.answer(describe(check), undefined);
    }
  } finally {
    await connector.disconnect?.(client).catch((thrown: unknown) => {
      shell.remark(toAppError(thrown, 'signing out').message);
    });
  }
  const all = [...checks.values()];
  const failed = all.filter(({ status }) => status === 'failed').length;
  shell.answer(verdictOf(connection.name, all), { connection: connection.id, ok: failed === 0, checks: all });
  shell.exitCode = failed === 0 ? exitCodes.ok : exitCodes.recordsOpen;
}

function verdictOf(name: string, checks: readonly PingCheck[]): string {
  const count = (wanted: PingCheck['status']): number => checks.filter(({ status }) => status === wanted).length;
  const [failed, skipped, warnings] = [count('failed'), count('skipped'), count('warning')];
  const unchecked = skipped === 0 ? '' : `, ${skipped} could not be made`;
  if (failed > 0) return `“${name}” does not work yet: ${failed} of ${checks.length} checks failed${unchecked}.`;
  return warnings === 0 ? `“${name}” works.` : `“${name}” works, with ${warnings} warning${warnings > 1 ? 's' : ''}.`;
}

function describe(check: PingCheck): string {
  const lines = [`${marks[check.status]} ${check.label}${check.detail === undefined ? '' : `: ${check.detail}`}`];
  if (check.cause !== undefined) lines.push(`    ${check.cause}`);
  if (check.remedy !== undefined) lines.push(`    → ${check.remedy}`);
  return lines.join('\n');
}
