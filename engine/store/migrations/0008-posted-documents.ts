/**
 * Records of which a document was posted, found by key: also those that as a whole came to another end, because another of their
 * documents did, or because a posted one was not released. Never edit: add a migration.
 */
export const postedDocuments = `
DROP INDEX records_posted;
CREATE INDEX records_with_document ON records (key) WHERE status = 'posted' OR code = 'delivery.releaseFailed'
  OR instr(parts, '"status":"posted"') > 0 OR instr(parts, '"code":"delivery.releaseFailed"') > 0;
`;
