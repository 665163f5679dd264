/**
 * The audit chain: append-only entries, each with the hash of the one before, so that an edit, a deletion or a new order shows.
 * The head is kept apart and every posted delivery must have its entry, so that a cut-off tail shows too.
 */
import { AppError } from '../model/error.ts';
import { canonicalJson, readJson, sha256 } from './canonical.ts';
import type { Database } from './database.ts';

/** What happened, for the chain. Amounts are decimal strings; `payloadHash` is that of the content sent. */
export interface AuditBody {
  event:
    | 'created'
    | 'adopted'
    | 'linked'
    | 'updated'
    | 'released'
    | 'rejected'
    | 'inDoubt'
    | 'held'
    | 'override'
    | 'approved'
    | 'watermarkEdited'
    | 'tablePublished'
    | 'retention'
    | 'restored';
  who: string;
  runId?: string;
  flowId?: string;
  flowVersion?: number;
  tableVersions?: Readonly<Record<string, number>>;
  mappingRows?: readonly string[];
  recordKey?: string;
  connectionId?: string;
  resource?: string;
  businessKey?: string;
  payloadHash?: string;
  amount?: string;
  currency?: string;
  targetId?: string;
  targetNumber?: string;
  detail?: string;
}

/** An entry as stored. */
export interface AuditEntry {
  sequence: number;
  at: string;
  body: AuditBody;
  previousHash: string;
  hash: string;
}

/** Something wrong with the chain, at `sequence` where it can be said. */
export interface AuditFinding {
  problem: 'edited' | 'missing' | 'reordered' | 'cutOff' | 'unrecorded';
  sequence?: number;
  message: string;
}

/** The answer of a verification. */
export interface AuditVerification {
  entries: number;
  intact: boolean;
  head: string;
  findings: AuditFinding[];
}

/** Reads and verifies the chain; entries are appended by the repositories whose acts they record. */
export interface AuditRepository {
  append(body: AuditBody): Promise<AuditEntry>;
  /** Entries of a run, oldest first. */
  ofRun(runId: string): Promise<AuditEntry[]>;
  /** All entries between two sequences, inclusive. */
  range(from: number, to: number): Promise<AuditEntry[]>;
  /** The newest entry. */
  head(): Promise<{ sequence: number; hash: string }>;
  /** Reads the whole chain and says everything that is wrong with it. At most 100 findings. */
  verify(): Promise<AuditVerification>;
}

/** The hash before the first entry. */
export const genesisHash = '0'.repeat(64);
const maxFindings = 100;

/** Hash of an entry. */
export const entryHash = (sequence: number, at: string, body: string, previousHash: string): string =>
  sha256(`${sequence}\n${at}\n${previousHash}\n${body}`);

interface ChainRow {
  sequence: number;
  at: string;
  body: string;
  previous_hash: string;
  hash: string;
}

const entryOf = (row: ChainRow): AuditEntry => ({
  sequence: row.sequence,
  at: row.at,
  body: readJson<AuditBody>(row.body),
  previousHash: row.previous_hash,
  hash: row.hash,
});

const storedHead = (database: Database): { sequence: number; hash: string } => {
  const fact = database.prepare<{ value: string }>("SELECT value FROM facts WHERE name = 'audit-head'").get();
  return fact === undefined ? { sequence: 0, hash: genesisHash } : readJson(fact.value);
};

/** Appends an entry; call it inside the transaction of what it records. */
export function appendAudit(database: Database, body: AuditBody, now: () => number): AuditEntry {
  const head = storedHead(database);
  const sequence = head.sequence + 1;
  const at = new Date(now()).toISOString();
  const text = canonicalJson(body);
  const hash = entryHash(sequence, at, text, head.hash);
  database
    .prepare('INSERT INTO audit_chain (sequence, at, body, run_id, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?)')
    .run(sequence, at, text, body.runId ?? null, head.hash, hash);
  database
    .prepare("INSERT OR REPLACE INTO facts (name, value) VALUES ('audit-head', ?)")
    .run(JSON.stringify({ sequence, hash }));
  return { sequence, at, body, previousHash: head.hash, hash };
}

/** What is wrong with one entry after the one before it. */
function checkEntry(row: ChainRow, expected: { sequence: number; hash: string }): AuditFinding | undefined {
  const { sequence } = row;
  if (sequence !== expected.sequence) {
    const message = `Entries ${expected.sequence} to ${sequence - 1} are missing.`;
    return { problem: 'missing', sequence: expected.sequence, message };
  }
  if (entryHash(sequence, row.at, row.body, row.previous_hash) !== row.hash) {
    return { problem: 'edited', sequence, message: `Entry ${sequence} was changed after it was written.` };
  }
  if (row.previous_hash !== expected.hash) {
    return { problem: 'reordered', sequence, message: `Entry ${sequence} does not follow the entry before it.` };
  }
  return undefined;
}

function unrecordedDeliveries(database: Database): AuditFinding[] {
  const rows = database
    .prepare<{ business_key: string; target_number: string | null }>(
      `SELECT d.business_key, d.target_number FROM deliveries d WHERE d.state = 'posted' AND NOT EXISTS (
         SELECT 1 FROM audit_chain a WHERE a.run_id = d.run_id AND json_extract(a.body, '$.businessKey') = d.business_key
           AND json_extract(a.body, '$.connectionId') = d.connection_id AND json_extract(a.body, '$.resource') = d.resource)
       LIMIT ?`,
    )
    .all(maxFindings);
  return rows.map((row) => ({
    problem: 'unrecorded',
    message: `The document ${row.target_number ?? row.business_key} is in the ledger without an entry in the audit chain.`,
  }));
}

/** Reads the whole chain. */
function verifyChain(database: Database): AuditVerification {
  const findings: AuditFinding[] = [];
  let expected = { sequence: 1, hash: genesisHash };
  let entries = 0;
  const rows = database.prepare<ChainRow>(
    'SELECT sequence, at, body, previous_hash, hash FROM audit_chain ORDER BY sequence',
  );
  for (const row of rows.iterate()) {
    entries += 1;
    const finding = checkEntry(row, expected);
    if (finding !== undefined && findings.length < maxFindings) findings.push(finding);
    expected = { sequence: row.sequence + 1, hash: row.hash };
  }
  const head = storedHead(database);
  if (head.sequence !== expected.sequence - 1 || head.hash !== expected.hash) {
    const message = `The chain should end with entry ${head.sequence}, but ends with ${expected.sequence - 1}.`;
    findings.push({ problem: 'cutOff', sequence: head.sequence, message });
  }
  findings.push(...unrecordedDeliveries(database));
  return { entries, intact: findings.length === 0, head: expected.hash, findings };
}

/** Makes the repository of the chain. */
export function createAuditRepository(database: Database, now: () => number): AuditRepository {
  const columns = 'sequence, at, body, previous_hash, hash';
  return {
    append: async (body) => {
      if (database.readOnly) throw new AppError('workspace.readOnly', 'The workspace is open for reading only.');
      return database.transaction(() => appendAudit(database, body, now));
    },
    ofRun: async (runId) =>
      database
        .prepare<ChainRow>(`SELECT ${columns} FROM audit_chain WHERE run_id = ? ORDER BY sequence`)
        .all(runId)
        .map(entryOf),
    range: async (from, to) =>
      database
        .prepare<ChainRow>(`SELECT ${columns} FROM audit_chain WHERE sequence BETWEEN ? AND ? ORDER BY sequence`)
        .all(from, to)
        .map(entryOf),
    head: async () => storedHead(database),
    verify: async () => verifyChain(database),
  };
}
