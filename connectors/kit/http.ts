/**
 * The one way out of the house: HTTP with shared rate windows, retries, breaker, sign-in, masking and bounded bodies. Reads are
 * retried; a write whose answer is lost never is: it fails as remote.outcomeUnknown so that delivery looks it up.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AxiosHeaders, getAdapter, type InternalAxiosRequestConfig, isAxiosError } from 'axios';
import type { Exchange } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import {
  answerError,
  badResponse,
  type CallPlace,
  type FailedAnswer,
  readCommonErrors,
  type TransportFailure,
  transportError,
  unknownOutcome,
} from './http-errors.ts';
import type { CallOptions, Http, HttpOptions, HttpResponse } from './http-types.ts';
import { parseLossless, stringifyBody, tryParseLossless, withoutMark } from './json.ts';
import type { Limits, RateLimiter } from './limits.ts';
import type { Masker } from './mask.ts';
import { backoffMs, defaultRetry, longestRetryAfterMs, type RetryPolicy, retryAfterMs, untilAborted } from './retry.ts';
import { maskerOf, type SharedConnection, sharedConnection } from './shared.ts';
import { isLoopback, joinUrl } from './urls.ts';

export type { Authorizer, CallOptions, Http, HttpOptions, HttpResponse } from './http-types.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

/** What one try came to. `waitMs` is set when another may follow after that time; `unknown` when a write may have arrived. */
type Try =
  | { response: HttpResponse }
  | { error: AppError; waitMs?: number | undefined; retry: boolean; unknown: boolean };

const unlimited: Limits = { windows: [], concurrency: 8 };
const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 32 });
const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 32 });
// Without the defaults, transforms and interceptors around it: every call here says all there is to say, and a run makes a million.
const send = getAdapter('http');

function failureOf(thrown: unknown, aborted: boolean, late: boolean): { failure: TransportFailure; sent: boolean } {
  if (late) return { failure: 'timeout', sent: true };
  if (aborted) return { failure: 'cancelled', sent: true };
  const code = isAxiosError(thrown) ? (thrown.code ?? '') : '';
  const cause = isAxiosError(thrown) && thrown.cause instanceof Error ? thrown.cause : thrown;
  const text = cause instanceof Error ? cause.message : '';
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return { failure: 'refused', sent: false };
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return { failure: 'unknownHost', sent: false };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return { failure: 'certificate', sent: false };
  if (/maxContentLength/.test(text)) return { failure: 'tooLarge', sent: true };
  if (/^(ECONNABORTED|ETIMEDOUT)$/.test(code) && !/aborted/.test(text)) return { failure: 'timeout', sent: true };
  return { failure: 'cut', sent: true };
}

class Client implements Http {
  readonly baseUrl: string;
  readonly #options: HttpOptions;
  readonly #shared: SharedConnection;
  readonly #masker: Masker;
  readonly #retry: RetryPolicy;

  constructor(options: HttpOptions) {
    this.baseUrl = options.baseUrl;
    this.#options = options;
    this.#shared = sharedConnection(options.context.connectionId, options.baseUrl, options.limits ?? unlimited);
    this.#masker = maskerOf(options.context);
    this.#retry = options.retry ?? defaultRetry;
  }

  get limiter(): RateLimiter {
    return this.#shared.limiter;
  }

  get(path: string, call: CallOptions): Promise<HttpResponse> {
    return this.#call('GET', path, call);
  }
  post(path: string, call: CallOptions): Promise<HttpResponse> {
    return this.#call('POST', path, call);
  }
  put(path: string, call: CallOptions): Promise<HttpResponse> {
    return this.#call('PUT', path, call);
  }
  patch(path: string, call: CallOptions): Promise<HttpResponse> {
    return this.#call('PATCH', path, call);
  }
  delete(path: string, call: CallOptions): Promise<HttpResponse> {
    return this.#call('DELETE', path, call);
  }

  async #call(method: Method, path: string, call: CallOptions): Promise<HttpResponse> {
    const { system, context } = this.#options;
    const place: CallPlace = { system, operation: call.operation, url: joinUrl(this.baseUrl, path, call.query) };
    const signal =
      call.signal === undefined || call.signal === context.signal
        ? context.signal
        : AbortSignal.any([context.signal, call.signal]);
    const repeatable = method === 'GET' || call.repeatable === true;
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const headers = await this.#headers(call);
      const outcome = await this.#try(method, place, call, headers, attempt, signal);
      if ('response' in outcome) return outcome.response;
      const { error, unknown } = outcome;
      if (error.code === 'remote.authFailed' && error.remote?.status === 401 && !renewed) {
        renewed = true;
        if (await this.#options.auth?.renew(headers)) continue;
      }
      if (unknown && !repeatable) throw unknownOutcome(place, error);
      if (!outcome.retry || attempt >= this.#retry.attempts) throw error;
      const waitMs = outcome.waitMs ?? backoffMs(attempt, this.#retry, context.random);
      const reason = error.code === 'remote.rateLimited' ? 'rateLimit' : 'retry';
      context.onWait?.({ reason, waitMs, detail: `Try ${attempt + 1} of ${this.#retry.attempts}: ${error.message}` });
      await untilAborted(context.sleep(waitMs), signal);
    }
  }

  async #headers(call: CallOptions): Promise<Record<string, string>> {
    const signedIn = await this.#options.auth?.headers();
    const headers: Record<string, string> = { accept: call.binary === true ? '*/*' : 'application/json' };
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.form !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
    if (call.bytes !== undefined) headers['content-type'] = call.bytes.type;
    return { ...headers, ...this.#options.headers, ...signedIn, ...call.headers };
  }

  async #try(
    method: Method,
    place: CallPlace,
    call: CallOptions,
    headers: Record<string, string>,
    attempt: number,
    signal: AbortSignal,
  ): Promise<Try> {
    const { context } = this.#options;
    const { breaker, limiter } = this.#shared;
    if (signal.aborted) throw transportError(place, 'cancelled', signal.reason);
    const sleep = (ms: number) => untilAborted(context.sleep(ms), signal);
    const release = await limiter.acquire({ ...context, sleep });
    try {
      const blockedMs = breaker.blockedMs(context.now());
      if (blockedMs > 0) return { error: this.#broken(place, blockedMs), retry: false, unknown: false };
      return await this.#exchange(method, place, call, headers, attempt, signal);
    } finally {
      release();
    }
  }

  async #exchange(
    method: Method,
    place: CallPlace,
    call: CallOptions,
    headers: Record<string, string>,
    attempt: number,
    signal: AbortSignal,
  ): Promise<Try> {
    const { context } = this.#options;
    const body = this.#bodyOf(call);
    const started = context.now();
    const exchange = this.#record(
      method,
      place,
      headers,
      typeof body === 'string' ? body : undefined,
      attempt,
      started,
    );
    try {
      const answer = await this.#send(method, place.url, headers, body, call, signal);
      const outcome = this.#judge(place, answer, call);
      exchange.status = answer.status;
      exchange.responseHeaders = this.#masker.headers(answer.headers);
      exchange.responseBody = call.binary === true ? `(${answer.bytes.length} bytes)` : this.#bodyText(answer.bytes);
      const requestId = this.#requestId(answer.headers);
      if (requestId !== undefined) exchange.requestId = requestId;
      if ('error' in outcome) exchange.error = outcome.error.message;
      return outcome;
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const error = transportError(place, thrown.failure, thrown.cause);
      exchange.error = error.message;
      return this.#judgeFailure(thrown, error);
    } finally {
      exchange.durationMs = context.now() - started;
      context.onExchange?.(exchange);
    }
  }

  #judgeFailure(thrown: Failure, error: AppError): Try {
    const { context } = this.#options;
    const { failure, sent } = thrown;
    const { breaker } = this.#shared;
    if (failure === 'cancelled' || failure === 'tooLarge') breaker.abandoned();
    else if (breaker.failed(context.now())) this.#noticeBreaker();
    const retry = failure !== 'cancelled' && failure !== 'certificate' && failure !== 'tooLarge';
    return { error, retry, unknown: sent };
  }

  /** Decides what an answer means; feeds limiter and breaker. */
  #judge(place: CallPlace, answer: Answer, call: CallOptions): Try {
    const { context, limits } = this.#options;
    const { breaker, limiter } = this.#shared;
    const rate = limits?.readSignal?.(answer.headers);
    if (rate !== undefined) limiter.observe(rate, context);
    if (answer.status < 500) breaker.succeeded();
    if (answer.status >= 200 && answer.status < 300) return this.#success(place, answer, call);
    const text = answer.bytes.toString('utf8');
    const failed: FailedAnswer = {
      status: answer.status,
      headers: answer.headers,
      value: tryParseLossless(text),
      text,
    };
    if (call.accept?.includes(answer.status) === true) {
      breaker.succeeded();
      return { response: { status: answer.status, headers: answer.headers, value: failed.value ?? null } };
    }
    if (answer.status >= 300 && answer.status < 400 && answer.status !== 304) {
      const error = badResponse(place, 'a redirection instead of data', answer.status, '');
      return { error, retry: false, unknown: false };
    }
    return this.#refusal(place, failed, rate?.resetAtMs);
  }

  #success(place: CallPlace, answer: Answer, call: CallOptions): Try {
    const { status, headers, bytes } = answer;
    if (call.binary === true) return { response: { status, headers, value: null, bytes } };
    const text = withoutMark(bytes.toString('utf8'));
    if (text.trim() === '') return { response: { status, headers, value: null } };
    try {
      return { response: { status, headers, value: parseLossless(text) } };
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      const what = /^\s*</.test(text)
        ? 'a web page instead of data'
        : `something that is not complete JSON (${bytes.length} bytes, beginning “${this.#masker.text(text.slice(0, 60))}”)`;
      const error = badResponse(place, what, status, this.#masker.body(text, 2000));
      return { error, retry: true, unknown: true };
    }
  }

  #refusal(place: CallPlace, failed: FailedAnswer, resetAtMs: number | undefined): Try {
    const { context, errorParser } = this.#options;
    const now = context.now();
    const problem = errorParser?.(failed) ?? readCommonErrors(failed) ?? {};
    if (problem.refused === true) this.#shared.breaker.succeeded();
    else if (failed.status >= 500 && this.#shared.breaker.failed(now)) this.#noticeBreaker();
    const masked = this.#masker.problem(problem);
    const limited = failed.status === 429 || problem.code === 'remote.rateLimited';
    const ahead = limited && resetAtMs !== undefined ? resetAtMs - now : 0;
    const reset = ahead > 0 && ahead < longestRetryAfterMs ? ahead : undefined;
    const hinted = retryAfterMs(failed.headers['retry-after'], now) ?? reset;
    const waitMs = hinted === undefined ? undefined : hinted + Math.floor(context.random() * 250);
    if (limited && waitMs !== undefined) this.#shared.limiter.pause(waitMs, now);
    const error = answerError(place, failed, masked, this.#masker.body(failed.text, 2000), {
      requestId: this.#requestId(failed.headers),
      retryAfterMs: waitMs,
    });
    const server = failed.status >= 500 || failed.status === 408;
    const unknown = server && problem.retry !== true && problem.refused !== true;
    return { error, waitMs, retry: problem.retry ?? ((server && problem.refused !== true) || limited), unknown };
  }

  async #send(
    method: Method,
    url: string,
    headers: Record<string, string>,
    body: string | Uint8Array | undefined,
    call: CallOptions,
    signal: AbortSignal,
  ): Promise<Answer> {
    const ended = new AbortController();
    const stop = (): void => ended.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, this.#timeoutMs(call));
    // By hand: of signals that are composed anew for each of a million calls, the run's one would keep the traces.
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const config: InternalAxiosRequestConfig = {
      method,
      url,
      headers: new AxiosHeaders(headers),
      data: body,
      responseType: 'arraybuffer',
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: call.maxBytes ?? this.#options.maxBodyBytes ?? 64 * 1024 * 1024,
      maxBodyLength: Number.POSITIVE_INFINITY,
      httpAgent,
      httpsAgent,
      signal: ended.signal,
      ...(isLoopback(new URL(url)) ? { proxy: false as const } : {}),
    };
    try {
      const { status, headers: received, data } = await send(config);
      return { status, headers: plainHeaders(received), bytes: Buffer.isBuffer(data) ? data : Buffer.from(data) };
    } catch (thrown) {
      const { failure, sent } = failureOf(thrown, signal.aborted, late);
      throw new Failure(failure, sent, thrown);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  #timeoutMs(call: CallOptions): number {
    return this.#options.context.timeoutMs ?? call.timeoutMs ?? this.#options.timeoutMs ?? 60_000;
  }

  #bodyOf(call: CallOptions): string | Uint8Array | undefined {
    if (call.bytes !== undefined) return call.bytes.data;
    if (call.form !== undefined) return new URLSearchParams(call.form).toString();
    return call.body === undefined ? undefined : stringifyBody(call.body);
  }

  #bodyText(bytes: Buffer): string {
    // Only as much as will be kept is decoded and masked; pages of several megabytes pass here.
    const head = bytes.length > 200_000 ? bytes.subarray(0, 200_000) : bytes;
    return this.#masker.body(head.toString('utf8'));
  }

  #requestId(headers: Readonly<Record<string, string>>): string | undefined {
    return headers[this.#options.requestIdHeader ?? 'x-request-id'];
  }

  #record(
    method: Method,
    place: CallPlace,
    headers: Record<string, string>,
    body: string | undefined,
    attempt: number,
    started: number,
  ): Exchange {
    const exchange: Exchange = {
      at: new Date(started).toISOString(),
      system: place.system,
      operation: place.operation,
      method,
      url: this.#masker.text(place.url),
      requestHeaders: this.#masker.headers(headers),
      durationMs: 0,
      attempt,
    };
    if (body !== undefined) exchange.requestBody = this.#masker.body(body);
    return exchange;
  }

  #broken(place: CallPlace, blockedMs: number): AppError {
    return new AppError(
      'remote.unavailable',
      `${place.system} failed several times in a row; Costwire does not ask again for ${Math.ceil(blockedMs / 1000)} seconds (to ${place.operation}).`,
      { retryAfterMs: blockedMs, remote: { system: place.system, operation: place.operation } },
    );
  }

  #noticeBreaker(): void {
    const { context, system } = this.#options;
    const waitMs = this.#shared.breaker.openForMs(context.now());
    context.onWait?.({ reason: 'breaker', waitMs, detail: `${system} failed several times in a row.` });
  }
}

/** A call without an answer; `sent` when the request may have left this machine. */
class Failure extends Error {
  readonly failure: TransportFailure;
  readonly sent: boolean;

  constructor(failure: TransportFailure, sent: boolean, cause: unknown) {
    super(failure, { cause });
    this.failure = failure;
    this.sent = sent;
  }
}

function plainHeaders(headers: unknown): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers as Record<string, unknown>)) {
    if (typeof value === 'string') plain[name.toLowerCase()] = value;
    else if (Array.isArray(value)) plain[name.toLowerCase()] = value.join(', ');
  }
  return plain;
}

/** Makes a client. Rate windows and breaker are shared with every other client of the same connection id and address. */
export const createHttp = (options: HttpOptions): Http => new Client(options);
