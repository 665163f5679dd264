/** The list of migrations: forward only, numbered without gaps. An edited one is refused by its hash. */
import { initial } from './0001-initial.ts';
import { approval } from './0002-approval.ts';
import { outcomeParts } from './0003-outcome-parts.ts';
import { attachments } from './0004-attachments.ts';
import { recordPages } from './0005-record-pages.ts';
import { recordParts } from './0006-record-parts.ts';
import { postedRecords } from './0007-posted-records.ts';
import { postedDocuments } from './0008-posted-documents.ts';

/** A step of the schema. `sql` never changes once released. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
}

/** All migrations in order. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'initial', sql: initial },
  { number: 2, name: 'approval', sql: approval },
  { number: 3, name: 'outcome-parts', sql: outcomeParts },
  { number: 4, name: 'attachments', sql: attachments },
  { number: 5, name: 'record-pages', sql: recordPages },
  { number: 6, name: 'record-parts', sql: recordParts },
  { number: 7, name: 'posted-records', sql: postedRecords },
  { number: 8, name: 'posted-documents', sql: postedDocuments },
];
