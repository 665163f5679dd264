/** Texts of a mapping table's screen. */

/** The texts. */
export const tableStrings = {
  back: 'All tables',
  notFound: 'The table cannot be shown',
  noRows: 'The table has no rows yet',
  noRowsText: 'Import a CSV or XLSX file with “costwire table import”, or run a flow that proposes rows.',
  validFrom: 'Valid from',
  validTo: 'Valid to',
  suspense: 'Suspense',
  isSuspense: 'Fallback',
  note: 'Note',
  export: { csv: 'Export CSV', xlsx: 'Export XLSX' },
};
