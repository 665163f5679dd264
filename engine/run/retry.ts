/**
 * What a failed write means. Requests are retried inside the connector kit; a write is never repeated there. Here is decided
 * whether the target can have taken it, and so what has to happen before another try.
 */
import type { AppError, AppErrorData } from '../model/error.ts';
import { statusOf } from '../nodes/batch.ts';

/**
 * - `refused`: the target said no; nothing was written.
 * - `resend`: it was not taken on; look it up, then send again after a pause.
 * - `settle`: it may have been taken or may still be; look it up twice with time between, then decide.
 * - `later`: as `settle`, but not in this run.
 */
export type FailureClass = 'refused' | 'resend' | 'settle' | 'later';

const notTaken: ReadonlySet<string> = new Set([
  'remote.rateLimited',
  'remote.sessionLimit',
  'remote.unreachable',
  'remote.conflict',
]);

/** Class of an error that a create, update or release threw. */
export function failureClass(error: AppError): FailureClass {
  switch (error.kind) {
    case 'rejected':
    case 'auth':
    case 'config':
    case 'mapping':
      return 'refused';
    case 'cancelled':
      return 'later';
    case 'transient':
    case 'conflict':
    case 'defect':
      return notTaken.has(error.code) ? 'resend' : 'settle';
  }
}

/**
 * Whether an error concerns the connection and not the record: refused sign-in, wrong company, wrong version, missing settings.
 * Every other record would meet it too, so the run stops and leaves them as they are.
 */
export const stopsRun = ({ kind }: Pick<AppError | AppErrorData, 'kind'>): boolean =>
  kind === 'auth' || kind === 'config';

/** Where a record ends whose write was refused or could not be begun: one that has nothing to do with it stays as it was read. */
export const refusedStatus = (error: Pick<AppError | AppErrorData, 'kind'>): 'read' | 'held' | 'failed' =>
  stopsRun(error) || error.kind === 'cancelled' ? 'read' : statusOf(error);

/** Pause before try number `attempt` + 1 in milliseconds: full jitter, 1 s doubled up to 30 s, or what the target asked for. */
export function pauseMs(attempt: number, error: AppError, random: () => number): number {
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, 3_600_000);
  return Math.round(random() * Math.min(30_000, 1_000 * 2 ** (attempt - 1)));
}
