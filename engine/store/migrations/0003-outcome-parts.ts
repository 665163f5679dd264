/**
 * What became of each document of a record that has several; and amounts of debit adjustments, which lower what is owed, negative in
 * the ledger as everywhere else. Never edit: add a migration.
 */
export const outcomeParts = `
ALTER TABLE records ADD COLUMN parts TEXT;

UPDATE deliveries SET amount = '-' || amount
  WHERE resource = 'bills' AND json_extract(value, '$.Type') = 'Debit Adj.'
    AND amount IS NOT NULL AND amount NOT LIKE '-%' AND amount GLOB '*[1-9]*';
`;
