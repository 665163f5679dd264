/** The first schema. Amounts are TEXT decimal strings, instants ISO UTC, structured parts JSON. Never edit: add a migration. */
export const initial = `
CREATE TABLE runs (
  id TEXT PRIMARY KEY, flow_id TEXT NOT NULL, flow_name TEXT NOT NULL, flow_version INTEGER NOT NULL, flow_hash TEXT,
  kind TEXT NOT NULL, status TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, started_by TEXT NOT NULL,
  counts TEXT NOT NULL, amounts TEXT NOT NULL, error TEXT, table_versions TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_flow ON runs (flow_id, started_at);
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_open ON runs (status) WHERE status IN ('queued', 'running', 'waiting');

CREATE TABLE flow_documents (
  hash TEXT PRIMARY KEY, flow_id TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, stored_at TEXT NOT NULL
) STRICT;

CREATE TABLE run_events (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, at TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_by_run ON run_events (run_id, id);

CREATE TABLE records (
  id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, key TEXT NOT NULL, node_id TEXT NOT NULL, status TEXT NOT NULL,
  reason TEXT, code TEXT, business_key TEXT, label TEXT, scope_id TEXT, amount TEXT, currency TEXT, target_number TEXT,
  settled_at TEXT NOT NULL, origin TEXT NOT NULL, target TEXT, error TEXT, note TEXT
) STRICT;
CREATE UNIQUE INDEX records_identity ON records (run_id, key, node_id);
CREATE INDEX records_by_status ON records (status, reason) WHERE status NOT IN ('posted', 'skipped', 'ignored');
CREATE INDEX records_by_business_key ON records (business_key) WHERE business_key IS NOT NULL;
CREATE INDEX records_by_key ON records (key);
CREATE INDEX records_by_amount ON records (amount) WHERE amount IS NOT NULL;

CREATE VIRTUAL TABLE records_text USING fts5 (
  label, business_key, target_number, vendor, scope, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2',
  prefix='2 3'
);

CREATE TABLE sources (
  run_id TEXT NOT NULL, node_id TEXT NOT NULL, key TEXT NOT NULL, origin TEXT NOT NULL, body TEXT, PRIMARY KEY (run_id, node_id, key)
) STRICT;

CREATE TABLE vouchers (
  run_id TEXT NOT NULL, key TEXT NOT NULL, business_key TEXT NOT NULL, vendor_name TEXT, body TEXT NOT NULL,
  PRIMARY KEY (run_id, key, business_key)
) STRICT;

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, connection_id TEXT NOT NULL, resource TEXT NOT NULL, business_key TEXT NOT NULL,
  state TEXT NOT NULL, effect TEXT NOT NULL, content_hash TEXT NOT NULL, posted_hash TEXT, posted_value TEXT,
  value TEXT NOT NULL, scope TEXT, origin TEXT NOT NULL, record_key TEXT NOT NULL, sources TEXT NOT NULL, flow_id TEXT NOT NULL, flow_version INTEGER NOT NULL,
  run_id TEXT NOT NULL, node_id TEXT NOT NULL, table_versions TEXT NOT NULL, mapping_rows TEXT NOT NULL, started_by TEXT NOT NULL,
  target_id TEXT, target_number TEXT, target_status TEXT, target_url TEXT, release_state TEXT NOT NULL DEFAULT 'none',
  amount TEXT, currency TEXT, attempts INTEGER NOT NULL DEFAULT 0, sent_at TEXT, absent_at TEXT, error TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  UNIQUE (connection_id, resource, business_key)
) STRICT;
CREATE INDEX deliveries_open ON deliveries (state) WHERE state IN ('intent', 'inDoubt');
CREATE INDEX deliveries_release_open ON deliveries (release_state) WHERE release_state IN ('wanted', 'intent');
CREATE INDEX deliveries_by_run ON deliveries (run_id);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY, delivery_id INTEGER NOT NULL, run_id TEXT NOT NULL, at TEXT NOT NULL, effect TEXT NOT NULL,
  event TEXT NOT NULL, detail TEXT
) STRICT;
CREATE INDEX attempts_by_delivery ON attempts (delivery_id, id);

CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, record_key TEXT, at TEXT NOT NULL, system TEXT NOT NULL, operation TEXT NOT NULL,
  method TEXT NOT NULL, url TEXT NOT NULL, status INTEGER, duration_ms INTEGER NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX exchanges_by_run ON exchanges (run_id, record_key);
CREATE INDEX exchanges_by_age ON exchanges (at);

CREATE TABLE watermarks (
  flow_id TEXT NOT NULL, node_id TEXT NOT NULL, scope TEXT NOT NULL, reached TEXT NOT NULL, updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL, PRIMARY KEY (flow_id, node_id, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE table_drafts (
  table_id TEXT PRIMARY KEY, schema TEXT NOT NULL, rows TEXT NOT NULL, edited_at TEXT NOT NULL, edited_by TEXT NOT NULL
) STRICT;
CREATE TABLE table_versions (
  table_id TEXT NOT NULL, version INTEGER NOT NULL, schema TEXT NOT NULL, rows TEXT NOT NULL, row_count INTEGER NOT NULL,
  hash TEXT NOT NULL, published_at TEXT NOT NULL, published_by TEXT NOT NULL, PRIMARY KEY (table_id, version)
) STRICT;
CREATE TRIGGER table_versions_no_update BEFORE UPDATE ON table_versions
  BEGIN SELECT RAISE(ABORT, 'published table versions are immutable'); END;
CREATE TRIGGER table_versions_no_delete BEFORE DELETE ON table_versions
  BEGIN SELECT RAISE(ABORT, 'published table versions are immutable'); END;

CREATE TABLE triggers (
  flow_id TEXT NOT NULL, trigger_id TEXT NOT NULL, state TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (flow_id, trigger_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY, connection_id TEXT NOT NULL, event_id TEXT NOT NULL, event TEXT NOT NULL, resource TEXT, record_id TEXT,
  scope_id TEXT, at TEXT, received_at TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'waiting', handled_at TEXT, run_id TEXT, error TEXT,
  UNIQUE (connection_id, event_id)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (status, id) WHERE status = 'waiting';

CREATE TABLE overrides (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, record_key TEXT NOT NULL, field TEXT NOT NULL, before TEXT, after TEXT,
  changed_by TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL
) STRICT;

CREATE TABLE audit_chain (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, body TEXT NOT NULL, run_id TEXT, previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_chain_by_run ON audit_chain (run_id) WHERE run_id IS NOT NULL;
CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;

CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
