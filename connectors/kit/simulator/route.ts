/** Routes of a simulator: method and path pattern, and what a handler gets and answers. */
import type { IncomingHttpHeaders } from 'node:http';
import type { SimulatorClock } from './clock.ts';
import type { FaultBook } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import type { RequestLog } from './log.ts';
import type { TokenStore } from './tokens.ts';

/** The query of a request. */
export interface SimulatorQuery {
  /** First value of a parameter, such as `$filter` or `per_page`. */
  get(name: string): string | undefined;
  /** All values of a parameter, also written `name[]`. */
  all(name: string): string[];
  /** Values of `filters[name]` and `filters[name][]`. */
  filters(name: string): string[];
  names(): string[];
  /** The query as sent, without `?`. */
  readonly text: string;
}

/** What every simulator has, whatever system it plays. */
export interface SimulatorServices {
  readonly clock: SimulatorClock;
  /** Seeded, uniform in [0, 1). */
  readonly random: () => number;
  readonly tokens: TokenStore;
  readonly log: RequestLog;
  readonly faults: FaultBook;
  /** Base address without a slash at the end; known once it listens. */
  readonly address: string;
  /** Writes a change to the journal, waits until it is on disk, then applies it to the state. Answers what `apply` answered. */
  commit(entry: JournalEntry): unknown;
}

/** A request as a handler sees it. */
export interface SimulatorRequest<State> {
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: SimulatorQuery;
  /** Header names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Body as text (UTF-8). */
  readonly text: string;
  readonly bytes: Buffer;
  /** Body as JSON; undefined where there is none or it is not JSON. */
  readonly json: unknown;
  /** Body as JSON with numbers as the text that was sent, so that amounts stay exact. */
  exactJson(): unknown;
  /** Fields of an `application/x-www-form-urlencoded` body. */
  readonly form: Readonly<Record<string, string>>;
  readonly state: State;
  readonly services: SimulatorServices;
  /** Words of the fault rules that apply and that routes interpret, such as `repeat-page`. */
  readonly marks: ReadonlySet<string>;
}

/** An answer. `body` is sent as JSON unless it is text or bytes. */
export interface SimulatorAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

/** Handles a request. */
export type SimulatorHandler<State> = (request: SimulatorRequest<State>) => SimulatorAnswer | Promise<SimulatorAnswer>;

/** A route. */
export interface SimulatorRoute<State> {
  method: string;
  /** Path pattern as given to {@link route}. */
  pattern: string;
  handler: SimulatorHandler<State>;
  /** Reachable without sign-in: `before` may look at it. */
  open: boolean;
  expression: RegExp;
}

function compile(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '(?<rest>.*)')
    .replace(/:([A-Za-z_]\w*)/g, '(?<$1>[^/]+?)');
  return new RegExp(`^${source}/?$`, 'i');
}

/**
 * Declares a route.
 * @param pattern such as `/rest/v1.0/projects/:project/vendors` or `/companies(:company)/vendors`; `*` takes the rest of a path.
 * @example route('GET', '/vendors/:id', ({ params, state }) => json(200, state.vendors.get(params.id ?? '')))
 */
export const route = <State>(
  method: string,
  pattern: string,
  handler: SimulatorHandler<State>,
  options: { open?: boolean } = {},
): SimulatorRoute<State> => ({
  method: method.toUpperCase(),
  pattern,
  handler,
  open: options.open ?? false,
  expression: compile(pattern),
});

/** A route that was found, with its decoded parameters. */
export interface RouteMatch<State> {
  route: SimulatorRoute<State>;
  params: Record<string, string>;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A stray % is taken as it is, as most servers do.
    if (error instanceof URIError) return text;
    throw error;
  }
};

/** The first route that fits; undefined where none does. */
export function findRoute<State>(
  routes: readonly SimulatorRoute<State>[],
  method: string,
  path: string,
): RouteMatch<State> | undefined {
  for (const candidate of routes) {
    if (candidate.method !== method) continue;
    const match = candidate.expression.exec(path);
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]);
    return { route: candidate, params: Object.fromEntries(params) };
  }
  return undefined;
}

/** Reads a query string; both `+` and `%20` are spaces. */
export function readQuery(text: string): SimulatorQuery {
  const values = new URLSearchParams(text);
  const all = (name: string): string[] => [...values.getAll(name), ...values.getAll(`${name}[]`)];
  return {
    text,
    get: (name) => values.get(name) ?? undefined,
    all,
    filters: (name) => all(`filters[${name}]`),
    names: () => [...new Set(values.keys())],
  };
}

/** An answer with a JSON body. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): SimulatorAnswer => ({
  status,
  body,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
});

/** An answer with text. */
export const text = (status: number, body: string, headers: Record<string, string> = {}): SimulatorAnswer => ({
  status,
  body,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
});

/** An answer with a web page. */
export const html = (status: number, body: string, headers: Record<string, string> = {}): SimulatorAnswer => ({
  status,
  body,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
});

/** An answer without a body. */
export const empty = (status: number, headers: Record<string, string> = {}): SimulatorAnswer => ({ status, headers });
