/** What was posted, found by key without passing over all that became of the record in other runs. Never edit: add a migration. */
export const postedRecords = `
CREATE INDEX records_posted ON records (key) WHERE status = 'posted';
`;
