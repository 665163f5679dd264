/** What a client of a remote system takes and answers. */
import type { ConnectContext } from '../../engine/model/connector.ts';
import type { Value } from '../../engine/model/record.ts';
import type { ErrorReader } from './http-errors.ts';
import type { JsonBody } from './json.ts';
import type { Limits, RateLimiter } from './limits.ts';
import type { RetryPolicy } from './retry.ts';
import type { Query } from './urls.ts';

/** Signs calls in. */
export interface Authorizer {
  /** Headers that sign a call in; may fetch a token first. */
  headers(): Promise<Record<string, string>>;
  /** Called once when a call with these headers was answered 401. @returns whether another try makes sense. */
  renew(refused: Readonly<Record<string, string>>): Promise<boolean>;
}

/** How to reach a system. */
export interface HttpOptions {
  /** The system's name in messages, such as `Procore`. */
  system: string;
  /** Checked address, see `checkBaseUrl`. */
  baseUrl: string;
  context: ConnectContext;
  auth?: Authorizer;
  limits?: Limits;
  /** Sent with every call. */
  headers?: Readonly<Record<string, string>>;
  /** Reads the error bodies of the system. */
  errorParser?: ErrorReader;
  retry?: RetryPolicy;
  /** For one try, from sending to the last byte. Default 60 s. */
  timeoutMs?: number;
  /** Largest answer taken. Default 64 MiB. */
  maxBodyBytes?: number;
  /** Header of the answer that support asks for. */
  requestIdHeader?: string;
}

/** One call. */
export interface CallOptions {
  /** What is being done, to complete "(to …)", such as `list the requisitions of Harbor Point Tower`. */
  operation: string;
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  /** At most one of the three bodies. */
  body?: JsonBody;
  form?: Readonly<Record<string, string>>;
  bytes?: { data: Uint8Array; type: string };
  /** Whether a write may be sent again although the first try may have arrived. Reads always may. */
  repeatable?: boolean;
  /** Error and redirection statuses to be answered instead of thrown. */
  accept?: readonly number[];
  /** Answer bytes instead of a value. */
  binary?: boolean;
  /** Largest answer taken of this call; overrides the client's. */
  maxBytes?: number;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** An answer. `value` holds JSON as record values (numbers as decimal text); null for an empty body. */
export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  value: Value;
  bytes?: Uint8Array;
}

/** A client of one system at one address. All methods throw AppError remote.*, run.cancelled. */
export interface Http {
  readonly baseUrl: string;
  readonly limiter: RateLimiter;
  get(path: string, call: CallOptions): Promise<HttpResponse>;
  post(path: string, call: CallOptions): Promise<HttpResponse>;
  put(path: string, call: CallOptions): Promise<HttpResponse>;
  patch(path: string, call: CallOptions): Promise<HttpResponse>;
  delete(path: string, call: CallOptions): Promise<HttpResponse>;
}
