/** What comes back from the host when a call fails, as an AppError. */
import { ORPCError } from '@orpc/client';
import { wireErrorCode } from '../../engine/api/contract.ts';
import { AppError, type AppErrorData, catalogue, fromErrorData, toAppError } from '../../engine/model/error.ts';
import { t } from '../strings/index.ts';

const isErrorData = (data: unknown): data is AppErrorData =>
  typeof data === 'object' &&
  data !== null &&
  'code' in data &&
  typeof data.code === 'string' &&
  data.code in catalogue;

/** The error of a failed call. Whatever is not an answer of the host means that the host was not reached. */
export function toClientError(thrown: unknown, isOpen: () => boolean): unknown {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof ORPCError) {
    if (thrown.code === wireErrorCode && isErrorData(thrown.data)) return fromErrorData(thrown.data);
    return toAppError(thrown, t.doing.askingHost);
  }
  // Ending a call or a stream on purpose stays what it is.
  if (thrown instanceof Error && thrown.name === 'AbortError' && isOpen()) return thrown;
  return lostError(thrown);
}

/** The host cannot be reached. */
export const lostError = (cause?: unknown): AppError => new AppError('host.lost', t.shell.lostCall, { cause });
