/** What a run was made of, for approvals; and vouchers of one record to several targets beside each other. Never edit: add a migration. */
export const approval = `
ALTER TABLE runs ADD COLUMN basis TEXT;

CREATE TABLE vouchers_by_target (
  run_id TEXT NOT NULL, key TEXT NOT NULL, business_key TEXT NOT NULL, target TEXT NOT NULL, vendor_name TEXT, body TEXT NOT NULL,
  PRIMARY KEY (run_id, key, business_key, target)
) STRICT;
INSERT INTO vouchers_by_target
  SELECT run_id, key, business_key,
    json_extract(body, '$.target.system') || ' ' || json_extract(body, '$.target.resource') || ' ' || json_extract(body, '$.target.connection'),
    vendor_name, body
  FROM vouchers ORDER BY rowid;
DROP TABLE vouchers;
ALTER TABLE vouchers_by_target RENAME TO vouchers;
`;
