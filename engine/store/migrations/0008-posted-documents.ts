/**
 * Records of which a document is in the target, found by key: also those that as a whole came to another end, because another of their
 * documents did, or because the target holds something else than was sent, or has not released it. Never edit: add a migration.
 */
export const postedDocuments = `
DROP INDEX records_posted;
CREATE INDEX records_with_document ON records (key) WHERE status = 'posted' OR (target IS NOT NULL AND status <> 'skipped')
  OR instr(parts, '"status":"posted"') > 0 OR instr(parts, '"target":{') > 0;
`;
