/** `costwire audit verify | pack`. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verifyAuditPack, writeAuditPack } from '../../engine/run/audit-pack.ts';
import { openStore } from '../../engine/store/index.ts';
import { exitCodes, type Shell } from '../shell.ts';

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const audit = program.command('audit').description('the audit chain: who did what, and that nobody changed it since');
  audit
    .command('verify')
    .description('read the whole chain and name every edit, deletion and change of order')
    .option('--pack <folder>', 'check an audit pack by itself instead of the workspace')
    .action((options: { pack?: string }) => verify(shell, options.pack));
  audit
    .command('pack')
    .description('write an auditor’s folder about one run')
    .requiredOption('--run <id>', 'the run')
    .option('--to <folder>', 'a new folder; default: audit-<run> in the present one')
    .action((options: { run: string; to?: string }) => pack(shell, options.run, options.to));
}

async function verify(shell: Shell, folder: string | undefined): Promise<void> {
  if (folder !== undefined) {
    const findings = await verifyAuditPack(resolve(folder));
    const said =
      findings.length === 0
        ? 'The audit pack is as it was written.'
        : findings.map(({ message }) => message).join('\n');
    shell.answer(said, { intact: findings.length === 0, findings });
    shell.exitCode = findings.length === 0 ? exitCodes.ok : exitCodes.recordsOpen;
    return;
  }
  const store = await openStore(shell.folder, { readOnly: true });
  try {
    const { intact, entries, head, findings } = await store.audit.verify();
    const said = intact
      ? `The audit chain is intact: ${entries} entries, the last one is ${head.slice(0, 16)}….`
      : findings.map(({ message }) => message).join('\n');
    shell.answer(said, { intact, entries, head, findings });
    shell.exitCode = intact ? exitCodes.ok : exitCodes.recordsOpen;
  } finally {
    await store.close();
  }
}

async function pack(shell: Shell, runId: string, to: string | undefined): Promise<void> {
  const store = await openStore(shell.folder, { readOnly: true });
  try {
    const written = await writeAuditPack(store, runId, resolve(to ?? `audit-${runId}`), Date.now);
    const { folder, files, verification, run } = written;
    const chain = verification.intact
      ? 'The audit chain is intact.'
      : 'The audit chain is NOT intact: run costwire audit verify.';
    const said = `${files.length} files about the run of “${run.flowName}” are in ${folder}.\n${chain}`;
    shell.answer(said, { folder, files, intact: verification.intact });
    shell.exitCode = verification.intact ? exitCodes.ok : exitCodes.recordsOpen;
  } finally {
    await store.close();
  }
}
