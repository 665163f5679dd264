/**
 * An auditor's folder about one run: what was to happen (flow, tables), what happened (records, documents, masked requests and
 * answers), what it adds up to, and the part of the audit chain that proves it. Every file is listed with its hash.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import type { RunSummary } from '../model/run.ts';
import { type AuditEntry, type AuditFinding, type AuditVerification, entryHash } from '../store/audit-chain.ts';
import { canonicalJson, readJson } from '../store/canonical.ts';
import { storeError } from '../store/database.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import type { Store } from '../store/index.ts';
import type { StoredOutcome } from '../store/records.ts';
import { writeAuditSheet } from './audit-sheet.ts';

/** What is in a pack. */
export interface AuditPack {
  folder: string;
  run: RunSummary;
  files: readonly string[];
  verification: AuditVerification;
}

const manifestName = 'manifest.json';
const manifestSchema = z.object({
  format: z.literal('costwire/audit-pack'),
  files: z.record(z.string(), z.string()),
  chain: z.object({ from: z.number(), to: z.number(), hashBefore: z.string(), head: z.string() }),
});

const readme = `What this folder holds

manifest.json      the run, the hash of every file here, and where the audit chain stood
report.xlsx        the same as a workbook to read
flow.json          the flow as it was run
tables/            the mapping tables in the versions that were used
records.ndjson     every record with its final status, amount and reason
documents.ndjson   every document of the delivery ledger, with its history
exchanges.ndjson   requests and answers; secrets were masked before they were stored
totals.json        counts and amounts by status
chain.ndjson       entries of the audit chain from the first to the last of this run, without a gap

To check it: costwire audit verify --pack <this folder>
Each chain entry's hash is the SHA-256 of its sequence, time, the hash before and its body as canonical JSON, one a line.
`;

const lines = (entries: readonly unknown[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
const pretty = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
const digestOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

async function allRecords(store: Store, runId: string): Promise<StoredOutcome[]> {
  const records: StoredOutcome[] = [];
  for (;;) {
    const page = await store.records.list({ runId }, { offset: records.length, limit: 1_000 });
    records.push(...page.entries);
    if (page.entries.length === 0 || records.length >= page.total) return records;
  }
}

async function allDocuments(store: Store, runId: string): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (;;) {
    const page = await store.deliveries.list({ runId }, { offset: rows.length, limit: 1_000 });
    rows.push(...page.entries);
    if (page.entries.length === 0 || rows.length >= page.total) return rows;
  }
}

/** The chain from the run's first to its last entry without a gap, so that every link can be followed. */
async function chainOf(store: Store, runId: string): Promise<AuditEntry[]> {
  const own = await store.audit.ofRun(runId);
  const [first, last] = [own.at(0), own.at(-1)];
  return first === undefined || last === undefined ? [] : store.audit.range(first.sequence, last.sequence);
}

async function emptyFolder(folder: string): Promise<void> {
  await mkdir(join(folder, 'tables'), { recursive: true });
  const there = (await readdir(folder)).filter((name) => name !== 'tables');
  if (there.length > 0) {
    throw new AppError('cli.usage', `${folder} is not empty; name a new folder for the audit pack.`);
  }
}

/**
 * Writes the pack of a run into a new or empty folder.
 * @throws AppError run.notFound, cli.usage (the folder is not empty), store.full, workspace.readOnly
 */
export async function writeAuditPack(
  store: Store,
  runId: string,
  folder: string,
  now: () => number,
): Promise<AuditPack> {
  const run = await store.runs.get(runId);
  const verification = await store.audit.verify();
  const [records, documents, chain] = [
    await allRecords(store, runId),
    await allDocuments(store, runId),
    await chainOf(store, runId),
  ];
  const histories = [];
  for (const row of documents) histories.push({ ...row, history: await store.deliveries.history(row) });
  const files: Record<string, string> = {
    'README.txt': readme,
    'flow.json': pretty((await store.runs.document(runId)) ?? null),
    'records.ndjson': lines(records),
    'documents.ndjson': lines(histories),
    'exchanges.ndjson': lines(await store.records.exchanges(runId)),
    'totals.json': pretty({ counts: run.counts, amounts: run.amounts }),
    'chain.ndjson': lines(chain),
  };
  for (const [table, version] of Object.entries(run.tableVersions)) {
    const name = encodeURIComponent(table);
    files[`tables/${name}@${version}.json`] = pretty((await store.tables.version(table, version)) ?? null);
  }
  try {
    await emptyFolder(folder);
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const writtenAt = new Date(now()).toISOString();
    await writeAuditSheet(join(folder, 'report.xlsx'), { run, records, documents, chain, writtenAt });
    const hashes: Record<string, string> = {};
    for (const name of [...Object.keys(files), 'report.xlsx'])
      hashes[name] = digestOf(await readFile(join(folder, name)));
    const [first, last] = [chain.at(0), chain.at(-1)];
    const place = {
      from: first?.sequence ?? 0,
      to: last?.sequence ?? 0,
      hashBefore: first?.previousHash ?? '',
      head: verification.head,
    };
    const manifest = {
      format: 'costwire/audit-pack',
      writtenAt,
      run,
      files: hashes,
      chain: place,
      chainIntact: verification.intact,
    };
    await writeFile(join(folder, manifestName), pretty(manifest));
    return { folder, run, files: [...Object.keys(hashes), manifestName], verification };
  } catch (thrown) {
    throw storeError(thrown, folder);
  }
}

/** What is wrong with the chain part of a pack. */
function chainFindings(entries: readonly AuditEntry[], hashBefore: string): AuditFinding[] {
  const findings: AuditFinding[] = [];
  let before = hashBefore;
  for (const { sequence, at, body, previousHash, hash } of entries) {
    if (entryHash(sequence, at, canonicalJson(body), previousHash) !== hash) {
      findings.push({ problem: 'edited', sequence, message: `Entry ${sequence} was changed after it was written.` });
    }
    if (previousHash !== before) {
      findings.push({
        problem: 'reordered',
        sequence,
        message: `Entry ${sequence} does not follow the entry before it.`,
      });
    }
    before = hash;
  }
  return findings;
}

/**
 * Checks a pack by itself: every file against the manifest, every link of its chain.
 * @returns what is wrong; empty: nothing.
 * @throws AppError workspace.notFound where the folder holds no pack
 */
export async function verifyAuditPack(folder: string): Promise<AuditFinding[]> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined);
  const read = manifestSchema.safeParse(text === undefined ? undefined : readJson(text));
  if (!read.success) throw new AppError('workspace.notFound', `${folder} holds no audit pack.`);
  const findings: AuditFinding[] = [];
  for (const [name, expected] of Object.entries(read.data.files)) {
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (content === undefined) findings.push({ problem: 'missing', message: `${name} is missing.` });
    else if (digestOf(content) !== expected)
      findings.push({ problem: 'edited', message: `${name} was changed after the pack was written.` });
  }
  const chain = await readFile(join(folder, 'chain.ndjson'), 'utf8').catch(() => '');
  const entries = chain
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readJson<AuditEntry>(line));
  return [...findings, ...chainFindings(entries, read.data.chain.hashBefore)];
}
