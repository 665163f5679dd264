/** What the simulators of this process handle for Costwire's own HTTP client, checked against the vendors' published descriptions. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { HandledExchange } from '../../../connectors/kit/simulator/server.ts';

/** A request as a check sees it. */
export interface HeardRequest {
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  /** JSON of the body; undefined where there is none. */
  body: unknown;
  status: number;
  /** JSON of the answer; undefined where it is none. */
  answer: unknown;
}

/** Findings of a check, and how much it looked at. */
export interface Verdict {
  /** Operation that the request is one of; undefined where the description does not cover the address at all. */
  operation: string | undefined;
  findings: string[];
}

/** What was heard of one system. */
export interface Heard {
  /** Findings with how often they were made. */
  findings: Map<string, number>;
  /** Requests by operation. */
  operations: Map<string, number>;
}

function jsonOf(content: unknown): unknown {
  if (content === undefined || Buffer.isBuffer(content)) return undefined;
  if (typeof content !== 'string') return JSON.parse(JSON.stringify(content));
  try {
    return content === '' ? undefined : JSON.parse(content);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Listens until `stop`. Requests of the tests' own, which do not come from the HTTP library, do not count. */
export function hear(checks: Readonly<Record<string, (request: HeardRequest) => Verdict>>): {
  of(system: string): Heard;
  stop(): void;
} {
  const heard = new Map<string, Heard>();
  const of = (system: string): Heard => {
    const known = heard.get(system) ?? { findings: new Map<string, number>(), operations: new Map<string, number>() };
    heard.set(system, known);
    return known;
  };
  const listener = (message: unknown): void => {
    const { connector, method, target, headers, bytes, answer } = message as HandledExchange;
    const check = checks[connector];
    if (check === undefined || !String(headers['user-agent']).startsWith('axios')) return;
    const [path = '', query = ''] = target.split('?', 2);
    const isJson = String(headers['content-type']).includes('json');
    const { operation, findings } = check({
      method,
      path,
      query: new URLSearchParams(query),
      body: isJson ? jsonOf(bytes.toString('utf8')) : undefined,
      status: answer.status,
      answer: jsonOf(answer.body),
    });
    const mine = of(connector);
    if (operation !== undefined) mine.operations.set(operation, (mine.operations.get(operation) ?? 0) + 1);
    for (const finding of findings) mine.findings.set(finding, (mine.findings.get(finding) ?? 0) + 1);
  };
  subscribe('costwire:simulator', listener);
  return { of, stop: () => unsubscribe('costwire:simulator', listener) };
}
