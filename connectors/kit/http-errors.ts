/** Turns failed calls into errors an analyst can act on. Decides by status and transport, never by reading message text. */
import { AppError, type AppErrorDetails, type ErrorCode, type RemoteFailure } from '../../engine/model/error.ts';
import type { Value } from '../../engine/model/record.ts';
import { asFields, asList, asText } from './json.ts';

/** What a connector reads out of an error answer of its system. */
export interface RemoteProblem {
  /** The remote system's own sentence. */
  message?: string;
  /** What is wrong with which field. */
  fields?: Record<string, string>;
  /** Overrides the code that the status alone would give. */
  code?: ErrorCode;
  hint?: string;
  /** Whether another try may help although the status alone would not say so; only for calls the server surely did not carry out. */
  retry?: boolean;
  /** The server said no and did nothing, although it used a 5xx status: neither retried nor in doubt. */
  refused?: boolean;
}

/** An answer with an error status, as given to a connector's reader. `value` is undefined where the body is no JSON. */
export interface FailedAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  value: Value | undefined;
  text: string;
}

export type ErrorReader = (answer: FailedAnswer) => RemoteProblem | undefined;

/** Why no answer came. */
export type TransportFailure = 'refused' | 'unknownHost' | 'certificate' | 'timeout' | 'cut' | 'tooLarge' | 'cancelled';

const codeOfStatus = (status: number): ErrorCode => {
  if (status === 401) return 'remote.authFailed';
  if (status === 403) return 'remote.forbidden';
  if (status === 404 || status === 410) return 'remote.notFound';
  if (status === 408) return 'remote.timeout';
  if (status === 409) return 'remote.conflict';
  if (status === 429) return 'remote.rateLimited';
  if (status >= 500) return 'remote.unavailable';
  return 'remote.rejected';
};

const plainWords: Partial<Record<ErrorCode, string>> = {
  'remote.authFailed': 'did not accept the sign-in',
  'remote.forbidden': 'does not allow this',
  'remote.notFound': 'does not have this, or does not show it to this connection',
  'remote.timeout': 'took too long',
  'remote.conflict': 'reports a conflict',
  'remote.rateLimited': 'refuses further calls for now',
  'remote.unavailable': 'cannot work at the moment',
  'remote.rejected': 'refused',
};

/** A sentence's worth of text: one line, cut, with an end mark. */
export function sentence(text: string, limit = 500): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = line.length > limit ? `${line.slice(0, limit)}…` : line;
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}

/** Collects the texts of the usual error shapes where a connector has no reader of its own. */
export function readCommonErrors({ value }: FailedAnswer): RemoteProblem | undefined {
  const fields = asFields(value);
  if (fields === undefined) return undefined;
  const nested = asFields(fields.error);
  const candidates = [fields.error_description, nested?.message, fields.message, fields.error, fields.detail];
  const list = asList(fields.errors)
    ?.map(asText)
    .filter((text) => text !== undefined);
  const message = candidates.map(asText).find((text) => text !== undefined) ?? list?.join(' ');
  return message === undefined || message === '' ? undefined : { message };
}

/** Details of a call, for the error's remote part. */
export interface CallPlace {
  system: string;
  operation: string;
  url: string;
}

/** The error of an answer with an error status. `body` is masked text. */
export function answerError(
  place: CallPlace,
  answer: FailedAnswer,
  problem: RemoteProblem,
  body: string,
  extra: { requestId?: string | undefined; retryAfterMs?: number | undefined } = {},
): AppError {
  const code = problem.code ?? codeOfStatus(answer.status);
  const remote: RemoteFailure = { system: place.system, operation: place.operation, status: answer.status };
  if (extra.requestId !== undefined) remote.requestId = extra.requestId;
  if (body !== '') remote.body = body.slice(0, 2000);
  const details: AppErrorDetails = { remote };
  if (problem.hint !== undefined) details.hint = problem.hint;
  if (problem.fields !== undefined && Object.keys(problem.fields).length > 0) details.fields = problem.fields;
  if (extra.retryAfterMs !== undefined) details.retryAfterMs = extra.retryAfterMs;
  const said = problem.message === undefined ? '' : ` It says: ${sentence(problem.message)}`;
  const words = plainWords[code] ?? 'refused';
  const doing = code === 'remote.authFailed' && place.operation === 'sign in' ? '' : ` (to ${place.operation})`;
  return new AppError(code, `${place.system} ${words}${doing}.${said}`, details);
}

const transportWords: Record<TransportFailure, [ErrorCode, (host: string) => string]> = {
  refused: ['remote.unreachable', (host) => `could not be reached: nothing answers at ${host}`],
  unknownHost: ['remote.unreachable', (host) => `could not be reached: there is no host ${host}`],
  certificate: ['remote.unreachable', (host) => `could not be reached safely: the certificate of ${host} is not valid`],
  timeout: ['remote.timeout', (host) => `did not answer in time at ${host}`],
  cut: ['remote.unreachable', (host) => `was cut off: the connection to ${host} broke before the answer was complete`],
  tooLarge: ['remote.badResponse', (host) => `sent more than Costwire takes in one answer from ${host}`],
  cancelled: ['run.cancelled', () => 'was no longer asked: the run was stopped'],
};

/** The error of a call without an answer. */
export function transportError(place: CallPlace, failure: TransportFailure, cause: unknown): AppError {
  const [code, words] = transportWords[failure];
  const remote: RemoteFailure = { system: place.system, operation: place.operation };
  const details: AppErrorDetails = { remote, cause };
  if (failure === 'certificate') details.hint = 'Check the address on the connection, or ask IT about the certificate.';
  return new AppError(code, `${place.system} ${words(new URL(place.url).host)} (to ${place.operation}).`, details);
}

/** The error of a write whose fate is unknown: it may or may not have been carried out. */
export function unknownOutcome(place: CallPlace, cause: AppError): AppError {
  const remote: RemoteFailure = cause.remote ?? { system: place.system, operation: place.operation };
  return new AppError(
    'remote.outcomeUnknown',
    `It is not known whether ${place.system} carried out the request to ${place.operation}. ${cause.message}`,
    { remote, cause },
  );
}

/** The error of an answer that is not what an API says: HTML, half a JSON, nothing. */
export function badResponse(place: CallPlace, what: string, status: number, body: string): AppError {
  const { origin, pathname } = new URL(place.url);
  return new AppError(
    'remote.badResponse',
    `${place.system} answered ${origin}${pathname} with ${what} (to ${place.operation}).`,
    { remote: { system: place.system, operation: place.operation, status, body: body.slice(0, 2000) } },
  );
}
