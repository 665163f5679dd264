/** The dialog before posting. */
import { plural } from './plural.ts';

const documents = (count: number): string => plural(count, 'document', 'documents');

/** Texts of the last look before anything is written. */
export const postStrings = {
  title: (count: number) => `Post ${documents(count)}?`,
  titleUnknown: 'Post for real?',
  unknown: 'Make a dry run first: it shows what would be posted, and its posting sheet is what you confirm.',
  documents: 'Documents',
  documentsOf: ({ created, updated }: { created: number; updated: number }) =>
    [created > 0 ? `${created} new` : '', updated > 0 ? `${updated} updated` : '']
      .filter((part) => part !== '')
      .join(', ') || '0',
  amount: 'Amount',
  target: 'Goes to',
  company: (name: string) => `Company ${name}`,
  released: 'released, final in the ledger',
  onHold: 'created on hold, drafts until someone releases them there',
  notReleased: 'created, not released',
  left: 'Left out',
  leftOf: (count: number) => `${plural(count, 'record', 'records')} held; the Records tab says why`,
  final: 'Documents that are posted cannot be taken back from here.',
  nothing: 'Nothing of this sheet would be posted. See the records that are held and why.',
  typed: (count: number) => `This is production. Type the number of documents (${count}) to go on`,
  verb: (count: number, amount: string) => `Post ${documents(count)} (${amount})`,
  verbWhole: (count: number, amount: string, target: string) => `Post ${documents(count)} (${amount}) to ${target}`,
};
