/** Texts of the lists of tables, runs and templates. */
import { plural } from './plural.ts';

/** The texts. */
export const listStrings = {
  loading: 'Loading …',
  failed: 'The list could not be fetched',
  again: 'Try again',
  tablesEmpty: 'No mapping tables yet',
  tablesEmptyText: 'A mapping table turns cost codes into accounts. Templates bring the tables they need.',
  connectionsEmpty: 'No connections yet',
  runsEmpty: 'Nothing has run yet',
  runsEmptyText: 'Open a flow and press F9 for a dry run: it reads and maps, and posts nothing.',
  runsEmptyAction: 'Go to the flows',
  templatesEmpty: 'No templates',
  templatesEmptyText: 'Templates come with Costwire or from a file.',
  use: 'Use template',
  usedBy: (count: number) => (count === 0 ? 'Not used' : `Used by ${plural(count, 'flow', 'flows')}`),
  tableColumns: {
    name: 'Table',
    proposals: 'Proposals',
    rows: 'Rows',
    version: 'Version',
    used: 'Used by',
    published: 'Published',
  },
  runColumns: {
    flow: 'Flow',
    kind: 'Kind',
    status: 'Result',
    records: 'Records',
    posted: 'Posted',
    held: 'Held',
    failed: 'Failed',
    started: 'Started',
    by: 'By',
  },
};
