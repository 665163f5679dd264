/** The request log of a simulator, for assertions: bounded, and secrets are masked before anything is kept. */

/** One request as logged. */
export interface LoggedRequest {
  /** Running number, from 1. */
  number: number;
  at: string;
  method: string;
  /** Path with query. */
  target: string;
  headers: Record<string, string>;
  /** Beginning of the body, masked. */
  body: string;
  /** Status answered; undefined where nothing was. */
  status?: number;
  /** How it ended. */
  outcome: 'answered' | 'cut' | 'hung' | 'failed';
  /** Fault rules that applied. */
  faults: string[];
  durationMs: number;
  /** Text of an error in the simulator itself. */
  error?: string;
}

/** Which requests to list. `path` is a part of the target. */
export interface LogFilter {
  method?: string;
  path?: string;
  after?: number;
}

/** The log itself. */
export interface RequestLog {
  /** Requests kept, oldest first. */
  list(filter?: LogFilter): LoggedRequest[];
  /** How many requests were ever made, also those no longer kept. */
  readonly total: number;
  add(entry: Omit<LoggedRequest, 'number'>): void;
  clear(): void;
  /** Values that are never kept, wherever they appear. */
  hide(values: readonly string[]): void;
  mask(text: string): string;
  maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string>;
}

const keptRequests = 5000;
const keptBody = 4000;
const secretName = /secret|password|passwd|token|authorization|cookie|api[-_]?key|assertion|code_verifier/i;
const jsonSecret = /("[^"]*(?:secret|password|token|assertion|code_verifier)[^"]*"\s*:\s*")(?:[^"\\]|\\.)*(?:"|$)/gi;
const formSecret = /((?:^|[?&])(?:[^=&?]*(?:secret|password|token|assertion)|code_verifier|code)=)[^&]*/gi;

/** Makes an empty log. */
export function createLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let total = 0;
  let hidden: readonly string[] = [];
  const mask = (text: string): string => {
    let masked = text.replace(jsonSecret, '$1•••"').replace(formSecret, '$1•••');
    for (const value of hidden) masked = masked.replaceAll(value, '•••').replaceAll(encodeURIComponent(value), '•••');
    return masked;
  };
  return {
    get total() {
      return total;
    },
    list: (filter = {}) =>
      entries.filter(
        (entry) =>
          (filter.method === undefined || entry.method === filter.method) &&
          (filter.path === undefined || entry.target.includes(filter.path)) &&
          (filter.after === undefined || entry.number > filter.after),
      ),
    add(entry) {
      total += 1;
      entries.push({ ...entry, number: total, body: entry.body.slice(0, keptBody) });
      if (entries.length > keptRequests * 2) entries = entries.slice(-keptRequests);
    },
    clear: () => {
      entries = [];
    },
    hide: (values) => {
      hidden = values.filter((value) => value.length >= 4);
    },
    mask,
    maskHeaders: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, secretName.test(name) ? '•••' : mask(value)]),
      ),
  };
}
