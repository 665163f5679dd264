/** Pages of a run's records in their order, without sorting the run for each page. Never edit: add a migration. */
export const recordPages = `
CREATE INDEX records_by_run ON records (run_id, id);
CREATE INDEX records_by_run_status ON records (run_id, status, id);
`;
