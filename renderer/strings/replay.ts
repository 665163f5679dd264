/** Texts of the replay screen: choosing records, versions and changes, the posting sheet, and posting it. */
import { plural } from './plural.ts';

/** The texts. */
export const replayStrings = {
  open: 'Replay …',
  title: (flow: string) => `Replay: ${flow}`,
  back: 'Back to the run',
  under: 'The run is still under way. It can be replayed when it has finished.',
  nothing: 'Nothing to replay',
  nothingText: 'No record of this run is held, failed or in doubt, and none was posted.',
  which: 'Which records',
  whichHelp: 'They are taken as they were read; the source is not asked again. What is posted is never posted again.',
  allOpen: (count: number) => `All ${plural(count, 'open record', 'open records')}`,
  none: 'None',
  reasons: 'By reason',
  reason: (status: string, reason: string, code: string) => `${status}, ${reason} (${code})`,
  statuses: 'By status',
  list: 'Records to choose from',
  choose: 'Chosen',
  chooseRecord: (name: string) => `Choose ${name}`,
  posted: (number: string) => `Already posted: ${number}`,
  postedColumn: 'ERP document',
  flowVersion: 'Flow',
  tableVersion: 'Mapping tables',
  flowThen: (version: number) => (version === 0 ? 'As in that run (draft)' : `As in that run (version ${version})`),
  flowNow: (version: number) => (version === 0 ? 'As it is now (saved file)' : `As it is now (version ${version})`),
  tablesThen: 'As in that run',
  tablesNow: 'As published now',
  changes: 'Changes to fields',
  changesHelp:
    'Only for this replay; the source stays as it is. Amounts and what tells records apart cannot be changed. Who and why are kept in the audit chain.',
  changeFor: (name: string) => `Record: ${name}`,
  changePick: 'Stand on a record of the list to change one of its fields.',
  field: 'Field',
  fieldNow: (value: string) => (value === '' ? 'Read as blank' : `Read as “${value}”`),
  newValue: 'New value',
  addChange: 'Add the change',
  change: (name: string, field: string, before: string, after: string) =>
    `${name}, ${field}: ${before === '' ? 'blank' : before} → ${after === '' ? 'blank' : after}`,
  removeChange: (name: string, field: string) => `Take back the change of ${field} in ${name}`,
  why: 'Why the fields are changed',
  chosen: (count: number, amount: string) =>
    amount === ''
      ? `${plural(count, 'record', 'records')} chosen`
      : `${plural(count, 'record', 'records')} chosen (${amount})`,
  tooMany: (most: number) =>
    `At most ${plural(most, 'record', 'records')} can be chosen one by one; choose all, or fewer.`,
  show: 'Show the posting sheet',
  running: 'Making the posting sheet: nothing is posted …',
  posting: 'Posting …',
  stop: 'Stop',
  failed: 'The replay could not be made',
  sheet: 'Posting sheet of these records',
  again: 'Choose again',
  already: (count: number) =>
    `${plural(count, 'record is', 'records are')} already posted and will not be posted again`,
  stillOpen: (count: number) => `${plural(count, 'record', 'records')} would still not be posted`,
  omitted: (count: number) =>
    `${plural(count, 'further document is', 'further documents are')} not listed here; totals and approval are over all.`,
  nothingToPost: 'Nothing to post',
  goesTo: (amount: string, target: string) => `${amount} to ${target}.`,
  doing: 'replaying records',
};
