/** Texts of how far the sources of a flow were read, and of setting that by hand. */
import { plural } from './plural.ts';

/** The texts. */
export const watermarkStrings = {
  title: 'Read up to',
  help: 'The next posting run reads what changed since then. It moves by itself once every record before it is settled.',
  none: 'Nothing was read yet: the first posting run reads from the beginning.',
  older: (count: number) =>
    `${plural(count, 'more is', 'more are')} of an earlier version of the flow or of other values of its parameters, which begin anew.`,
  failed: 'It could not be fetched how far was read',
  project: 'Project, read up to',
  action: 'Change',
  company: 'Whole company',
  unnamed: (id: string) => `Project ${id}`,
  overlap: (span: string) => `The last ${span} before it are read again.`,
  hours: (count: number) => plural(count, 'hour', 'hours'),
  minutes: (count: number) => plural(count, 'minute', 'minutes'),
  setBy: (name: string) => `Set by ${name}`,
  edit: 'Change …',
  editOf: (project: string) => `Change how far ${project} was read`,
  dialog: (project: string) => `Read up to: ${project}`,
  now: (at: string) => `Now: ${at}`,
  to: (zone: string) => `Read up to (${zone})`,
  why: 'Reason',
  whyHelp: 'Kept in the audit chain with your name and the time.',
  earlier: (to: string) =>
    `Everything changed since ${to} is read again. What is posted is found in the ledger and not posted again. The next run makes more calls and takes longer.`,
  later: (from: string, to: string) =>
    `What changed between ${from} and ${to} will never be read. It will be missing in the ERP unless you set this back.`,
  future: (to: string) => `That is in the future: until ${to} nothing new is read at all.`,
  same: 'It stands there already.',
  invalid: 'Enter a date and a time.',
  cancel: 'Cancel',
  setEarlier: 'Read again from there',
  setLater: 'Skip what lies between',
};
