/** How failures leave a host: as the one error of the contract, never as a stack or a foreign message. */
import { mapEventIterator } from '@orpc/client';
import { ORPCError, ValidationError } from '@orpc/server';
import { AppError, type AppErrorData, toAppError } from '../../model/error.ts';
import { wireErrorCode } from '../contract.ts';

/** Called with every fault of Costwire itself, so that it reaches the log. */
export type FaultLog = (error: AppError, path: string) => void;

const issueText = (issue: { message: string; path?: readonly unknown[] | undefined }): [string, string] => {
  const path = issue.path ?? [];
  const names = path.map((part) =>
    String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
  );
  return [names.join('.'), issue.message];
};

/** Any thrown thing as the error that the contract declares. Ends of calls by the caller stay what they are. */
export function toWireError(thrown: unknown, path: string, log: FaultLog): unknown {
  if (thrown instanceof Error && thrown.name === 'AbortError') return thrown;
  const error = asAppError(thrown, path);
  if (error.kind === 'defect') log(error, path);
  const data: AppErrorData = error.toJSON();
  return new ORPCError(wireErrorCode, { defined: true, status: 422, message: error.message, data });
}

function asAppError(thrown: unknown, path: string): AppError {
  if (thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST') {
    const issues = thrown.cause instanceof ValidationError ? thrown.cause.issues : [];
    const fields = Object.fromEntries(issues.map(issueText));
    const first = issues[0]?.message ?? 'it does not have the expected form';
    return new AppError('host.badInput', `What was sent to "${path}" cannot be used: ${first}`, { fields });
  }
  return toAppError(thrown, `answering "${path}"`);
}

/** An interceptor for RPC handlers that turns every failure, also inside a stream, into the contract's error. */
export const wireErrors =
  (log: FaultLog) =>
  async <Options extends { next: () => Promise<unknown>; path: readonly string[] }>({
    next,
    path,
  }: Options): Promise<unknown> => {
    const name = path.join('.');
    try {
      const answer = await next();
      if (!isIterator(answer)) return answer;
      return mapEventIterator(answer, {
        value: async (event) => event,
        error: async (thrown) => toWireError(thrown, name, log),
      });
    } catch (thrown) {
      throw toWireError(thrown, name, log);
    }
  };

const isIterator = (value: unknown): value is AsyncIterator<unknown, unknown, void> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
