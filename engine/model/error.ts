/**
 * The one error type of Costwire. Thrown inside a process; crosses any wire as the plain object of {@link AppError.toJSON}.
 * Codes live in `error-catalogue.ts`; nobody parses message text.
 */
import { catalogue, type ErrorCode, type ErrorKind, type ReasonClass } from './error-catalogue.ts';

export type { ErrorCode, ErrorKind, ReasonClass } from './error-catalogue.ts';
export { catalogue } from './error-catalogue.ts';

/** What is known of a remote system's refusal. `body` is masked before it gets here. */
export interface RemoteFailure {
  system: string;
  operation: string;
  status?: number;
  requestId?: string;
  body?: string;
}

/** Details beside the message. `fields` maps a field path to what is wrong with it. */
export interface AppErrorDetails {
  hint?: string;
  fields?: Record<string, string>;
  nodeId?: string;
  recordKey?: string;
  remote?: RemoteFailure;
  retryAfterMs?: number;
  cause?: unknown;
}

/** An {@link AppError} as data: what crosses IPC, HTTP and SQLite. */
export interface AppErrorData extends Omit<AppErrorDetails, 'cause'> {
  code: ErrorCode;
  kind: ErrorKind;
  reason: ReasonClass;
  message: string;
  hint: string;
}

/**
 * An error the analyst can act on.
 * @example throw new AppError('flow.cycle', 'The wires form a circle: read → map → read.', { nodeId: 'read' });
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly reason: ReasonClass;
  readonly hint: string;
  readonly fields: Record<string, string> | undefined;
  readonly nodeId: string | undefined;
  readonly recordKey: string | undefined;
  readonly remote: RemoteFailure | undefined;
  readonly retryAfterMs: number | undefined;

  /**
   * @param code a code of the catalogue; decides kind and default hint.
   * @param message what happened, to which thing: a plain sentence without codes.
   */
  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const entry = catalogue[code];
    this.name = 'AppError';
    this.code = code;
    this.kind = entry.kind;
    this.reason = entry.reason;
    this.hint = details.hint ?? entry.hint;
    this.fields = details.fields;
    this.nodeId = details.nodeId;
    this.recordKey = details.recordKey;
    this.remote = details.remote;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The same error with the node or record it happened at; what is already set stays. */
  at(place: { nodeId?: string; recordKey?: string }): AppError {
    const details: AppErrorDetails = { ...this.details(), cause: this };
    const nodeId = this.nodeId ?? place.nodeId;
    const recordKey = this.recordKey ?? place.recordKey;
    if (nodeId !== undefined) details.nodeId = nodeId;
    if (recordKey !== undefined) details.recordKey = recordKey;
    return new AppError(this.code, this.message, details);
  }

  /** Plain data without the cause: causes may hold what must not leave the process. */
  toJSON(): AppErrorData {
    return {
      code: this.code,
      kind: this.kind,
      reason: this.reason,
      message: this.message,
      ...this.details(),
      hint: this.hint,
    };
  }

  private details(): AppErrorDetails {
    const details: AppErrorDetails = { hint: this.hint };
    if (this.fields !== undefined) details.fields = this.fields;
    if (this.nodeId !== undefined) details.nodeId = this.nodeId;
    if (this.recordKey !== undefined) details.recordKey = this.recordKey;
    if (this.remote !== undefined) details.remote = this.remote;
    if (this.retryAfterMs !== undefined) details.retryAfterMs = this.retryAfterMs;
    return details;
  }
}

/** An {@link AppError} from its data, for instance after it crossed a wire. */
export function fromErrorData(data: AppErrorData): AppError {
  const { code, message, kind: _kind, reason: _reason, ...details } = data;
  return new AppError(code, message, details);
}

/**
 * Any thrown thing as an AppError. What is not one is our fault: a `defect`, whose text is kept as cause only.
 * @param doing what was being done, to complete the sentence "Something went wrong while …".
 */
export function toAppError(thrown: unknown, doing: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal.defect', `Something went wrong inside Costwire while ${doing}: ${text}`, {
    cause: thrown,
  });
}
