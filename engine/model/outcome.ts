/** What became of a record of which several documents were made: the worst decides, and a note tells of all. */
import type { OutcomePart, PartialOutcome, RecordOutcome, RecordStatus } from './run.ts';

/** A record of which part was posted and part held is held. */
const worstFirst: readonly RecordStatus[] = [
  'inDoubt',
  'failed',
  'held',
  'read',
  'sending',
  'awaitingApproval',
  'posted',
  'ignored',
  'skipped',
];

/** Statuses in words, for sentences. */
export const statusWords: Record<RecordStatus, string> = {
  read: 'read',
  skipped: 'skipped',
  held: 'held',
  awaitingApproval: 'awaiting approval',
  sending: 'sending',
  posted: 'posted',
  inDoubt: 'in doubt',
  failed: 'failed',
  ignored: 'ignored',
};

const byBadness = (a: OutcomePart, b: OutcomePart): number =>
  worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status);

/** What the parts of one record come to. The order in which they ended does not matter. */
export function mergeParts(parts: readonly [OutcomePart, ...OutcomePart[]]): OutcomePart {
  const [first, ...others] = parts;
  if (others.length === 0) return first;
  const ordered = [...parts].sort(byBadness);
  const [worst = first] = ordered;
  const counts = new Map<RecordStatus, number>();
  for (const { status } of ordered) counts.set(status, (counts.get(status) ?? 0) + 1);
  const told = [...counts].map(([status, count]) => `${count} ${statusWords[status]}`).join(', ');
  const note = `Of ${parts.length} parts: ${told}.${worst.note === undefined ? '' : ` ${worst.note}`}`;
  const unfinished = parts.some((part) => part.unfinished === true);
  return { ...worst, note, ...(unfinished ? { unfinished } : {}) };
}

/** Which of the parts a later word is about: the document of that business key, or one whose key was not known yet but will be. */
const placeOf = (parts: readonly OutcomePart[], { nodeId, businessKey }: OutcomePart): number => {
  const exact = parts.findIndex((part) => part.nodeId === nodeId && part.businessKey === businessKey);
  const keyless = (part: OutcomePart): boolean =>
    part.nodeId === nodeId && part.businessKey === undefined && part.error?.code !== 'delivery.missingKey';
  return exact >= 0 ? exact : parts.findIndex(keyless);
};

/** Whether an outcome tells of that document already. */
export const tellsOf = (outcome: RecordOutcome, part: Pick<OutcomePart, 'nodeId' | 'businessKey'>): boolean =>
  isSettled(outcome) && placeOf(outcome.parts ?? [outcome], { ...part, status: 'read' }) >= 0;

const isSettled = ({ status, parts }: RecordOutcome): boolean =>
  parts !== undefined || (status !== 'read' && status !== 'sending');

const partOf = ({ status, nodeId, businessKey, error, note, target }: OutcomePart): OutcomePart => ({
  status,
  nodeId,
  ...(businessKey === undefined ? {} : { businessKey }),
  ...(error === undefined ? {} : { error }),
  ...(note === undefined ? {} : { note }),
  ...(target === undefined ? {} : { target }),
});

const isSamePart = (a: OutcomePart, b: OutcomePart): boolean =>
  a.status === b.status && a.nodeId === b.nodeId && a.businessKey === b.businessKey && a.error?.code === b.error?.code;

/**
 * An outcome with what a run had told of parts of its record before it was cut off.
 * @returns undefined where it tells of them already.
 */
export function withParts(before: RecordOutcome | undefined, told: PartialOutcome): RecordOutcome | undefined {
  const known = before === undefined || !isSettled(before) ? [] : (before.parts ?? [partOf(before)]);
  const missing = told.parts.filter((part) => !known.some((other) => isSamePart(part, other)));
  const [first, ...others] = [...known, ...missing];
  if (missing.length === 0 || first === undefined) return undefined;
  const { parts: _parts, ...record } = told;
  return others.length === 0
    ? { ...record, ...first }
    : { ...record, ...mergeParts([first, ...others]), parts: [first, ...others] };
}

/** An outcome after a later word on one of its documents; all others stay as they were told. */
export function corrected(before: RecordOutcome | undefined, later: RecordOutcome): RecordOutcome {
  const word = partOf(later);
  const known = before === undefined || !isSettled(before) ? [] : (before.parts ?? [partOf(before)]);
  const place = placeOf(known, word);
  const parts = place < 0 ? [...known, word] : known.map((part, index) => (index === place ? word : part));
  const [first = word, ...others] = parts;
  if (others.length === 0) return later;
  const { runId, key, origin, amount, currency } = before ?? later;
  const money = { ...(amount === undefined ? {} : { amount }), ...(currency === undefined ? {} : { currency }) };
  return { runId, key, origin, ...money, ...mergeParts([first, ...others]), parts };
}
