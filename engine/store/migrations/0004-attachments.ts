/** Files at documents, each sent at most once. Never edit: add a migration. */
export const attachments = `
CREATE TABLE delivery_attachments (
  connection_id TEXT NOT NULL, resource TEXT NOT NULL, business_key TEXT NOT NULL, source TEXT NOT NULL,
  name TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, size INTEGER, error TEXT, run_id TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (connection_id, resource, business_key, source)
) STRICT, WITHOUT ROWID;
`;
