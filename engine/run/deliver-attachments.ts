/**
 * Files onto documents, each an effect of its own after the document stands. A file that does not arrive never moves, blocks or
 * repeats the document: it is tried again and in the end told as a remark.
 */
import type { FileReference, RemoteFile } from '../model/connector.ts';
import { AppError, catalogue } from '../model/error.ts';
import type { RecordOutcome } from '../model/run.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import type { AttachmentLedger, AttachmentRow } from '../store/delivery-attachments.ts';
import { ask } from './deliver-effects.ts';
import type { DeliveryTarget, FileWish, RunIdentity } from './ports.ts';
import { failureClass, pauseMs } from './retry.ts';

/** What attaching needs of its surroundings. */
export interface AttachmentEnvironment {
  attachments: AttachmentLedger;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** Times a file is tried at most in one run. */
  tries: number;
}

/** What attaching is about. */
export interface Attaching {
  environment: AttachmentEnvironment;
  target: DeliveryTarget;
  identity: RunIdentity;
  signal: AbortSignal;
}

/** What marks a file in the target as ours, so that it is found again whatever its name became. */
const markOf = (source: string): string => `Costwire ${source}`;

const nameOf = (reference: FileReference): string => reference.name ?? reference.id;

/** Files that are neither at the document nor refused. */
async function missingFiles(
  attachments: AttachmentLedger,
  row: LedgerRow,
  wishes: readonly FileWish[],
): Promise<{ missing: FileWish[]; tried: readonly AttachmentRow[] }> {
  if (wishes.length === 0) return { missing: [], tried: [] };
  const tried = await attachments.of(row);
  const settled = new Set(
    tried.filter(({ state }) => state === 'attached' || state === 'refused').map(({ source }) => source),
  );
  return { missing: wishes.filter(({ source }) => !settled.has(source)), tried };
}

/** What came of attaching the files of a document. */
export interface FilesEnding {
  /** Remarks on files that could not be attached; empty when all are there. */
  remarks: string[];
  /** A file is missing that another run may well attach. */
  unfinished: boolean;
}

/** Nothing was to attach. */
export const noFiles: FilesEnding = { remarks: [], unfinished: false };

/**
 * Attaches what is missing at a posted document.
 * @param isNew the document was created just now.
 * @throws AppError store.* only
 */
export async function attachFiles(
  attaching: Attaching,
  row: LedgerRow,
  wishes: readonly FileWish[],
  isNew = false,
): Promise<FilesEnding> {
  const ending: FilesEnding = { remarks: [], unfinished: false };
  const { missing, tried } = await missingFiles(attaching.environment.attachments, row, wishes);
  for (const [index, wish] of missing.entries()) {
    const before = tried.find(({ source }) => source === wish.source);
    const failure = await attachOne(attaching, row, wish, before, isNew && tried.length === 0 && index === 0);
    if (failure === undefined) continue;
    ending.remarks.push(failure.remark);
    ending.unfinished ||= failure.again;
  }
  return ending;
}

/** Attaches what is missing at a document that was posted before, and says how many files were added. */
export async function completeFiles(
  attaching: Attaching,
  row: LedgerRow,
  wishes: readonly FileWish[],
): Promise<FilesEnding> {
  if (row.state !== 'posted') return noFiles;
  const { missing } = await missingFiles(attaching.environment.attachments, row, wishes);
  const { remarks, unfinished } = await attachFiles(attaching, row, missing);
  const added = missing.length - remarks.length;
  const told = added === 1 ? 'One file attached now.' : `${added} files attached now.`;
  return { remarks: added === 0 ? remarks : [told, ...remarks], unfinished };
}

/** An outcome with what came of the files of its document. */
export function withFiles<Outcome extends Pick<RecordOutcome, 'note' | 'unfinished'>>(
  outcome: Outcome,
  { remarks, unfinished }: FilesEnding,
): Outcome {
  const note = [outcome.note ?? '', ...remarks].join(' ').trim();
  return { ...outcome, ...(note === '' ? {} : { note }), ...(unfinished ? { unfinished } : {}) };
}

async function attachOne(
  attaching: Attaching,
  row: LedgerRow,
  wish: FileWish,
  before: AttachmentRow | undefined,
  isFirst: boolean,
): Promise<{ remark: string; again: boolean } | undefined> {
  const { environment, identity, signal } = attaching;
  const { connectionId, resource, businessKey } = row;
  const name = before?.name ?? nameOf(wish.reference);
  let state: AttachmentRow = {
    ...{ connectionId, resource, businessKey, source: wish.source, name },
    ...{ state: 'intent', attempts: before?.attempts ?? 0, runId: identity.runId },
  };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(() => send(attaching, row, wish, isFirst && attempt === 1, intend), `attaching ${name}`);
    if ('result' in answer) {
      await environment.attachments.step({ ...state, ...answer.result, state: 'attached' });
      return undefined;
    }
    const { failure } = answer;
    const refused = failureClass(failure) === 'refused' && failure.kind === 'rejected';
    const last = failureClass(failure) === 'refused' || attempt >= environment.tries || signal.aborted;
    if (!last) {
      await pause(attaching, attempt, failure);
      continue;
    }
    await environment.attachments.step({ ...state, state: refused ? 'refused' : 'failed', error: failure.toJSON() });
    const remedy = refused ? byHand(failure) : 'The next run of the flow tries once more.';
    return { remark: `The file ${name} could not be attached: ${failure.message} ${remedy}`, again: !refused };
  }
  async function intend(): Promise<void> {
    state = { ...state, attempts: state.attempts + 1 };
    await environment.attachments.step(state);
  }
}

/** What to do about a refused file; the usual hint is about values that can be corrected and sent again. */
const byHand = ({ code, hint }: AppError): string =>
  hint === catalogue[code].hint ? 'Attach it by hand.' : `Attach it by hand. ${hint}`;

/** Fetches the file and hands it to the target, which looks first whether it is there already. */
async function send(
  { target, signal }: Attaching,
  row: LedgerRow,
  wish: FileWish,
  isFirst: boolean,
  intend: () => Promise<void>,
): Promise<{ name: string; size: number }> {
  const { attach } = target.resource;
  if (attach === undefined || row.targetId === undefined)
    throw new AppError('flow.unknownResource', `${target.resource.title} take no files.`);
  const file: RemoteFile = await wish.fetch(signal);
  // Committed before anything is sent: a run that is cut off here finds the file by its mark.
  await intend();
  const { name } = await attach(target.client, row.targetId, {
    ...file,
    mark: markOf(wish.source),
    ...(isFirst ? { isFirst } : {}),
  });
  return { name, size: file.size };
}

async function pause({ environment, signal }: Attaching, attempt: number, failure: AppError): Promise<void> {
  try {
    await environment.sleep(pauseMs(attempt, failure, environment.random), signal);
  } catch (thrown) {
    // A cancelled pause ends at once; the next try sees the signal.
    if (!signal.aborted) throw thrown;
  }
}
