/** From node:http to a simulator's request and back: bounded bodies, exact numbers, and answers that may be cut. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorAnswer } from './route.ts';

/** Largest body a simulator takes, in bytes. */
export const largestBody = 32 * 1024 * 1024;

/** Reads a body; undefined where it is larger than allowed. Rejects where the client went away. */
export async function readBody(message: IncomingMessage, most = largestBody): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    // The rest is read and dropped, so that the client gets its answer instead of a broken connection.
    if (size <= most) chunks.push(bytes);
  }
  return size > most ? undefined : Buffer.concat(chunks);
}

/** JSON of a text; undefined where it is none. With `exact`, numbers become the text they were sent as. */
export function parseJson(text: string, exact = false): unknown {
  const keepText = (_key: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' ? (context.source ?? String(value)) : value;
  try {
    // Node hands the reviver the source text of each primitive; the library types do not know it yet.
    return exact ? JSON.parse(text, keepText as (key: string, value: unknown) => unknown) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Fields of a form body; the last of several with one name counts. */
export const readForm = (text: string, contentType: string | undefined): Record<string, string> =>
  contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true
    ? Object.fromEntries(new URLSearchParams(text))
    : {};

/** The bytes of an answer's body. */
export function bodyBytes(answer: SimulatorAnswer): Buffer {
  if (answer.body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(answer.body)) return answer.body;
  return Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
}

/** Sends an answer whole. */
export function send(response: ServerResponse, answer: SimulatorAnswer, bytes = bodyBytes(answer)): void {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...answer.headers };
  const bodiless = answer.status === 204 || answer.status === 304;
  if (!bodiless) headers['content-length'] = String(bytes.length);
  response.writeHead(answer.status, headers);
  response.end(bodiless ? undefined : bytes);
}

/** Sends the head and half of the body, then breaks the connection. */
export function sendHalf(response: ServerResponse, answer: SimulatorAnswer): void {
  const bytes = bodyBytes(answer);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Math.max(bytes.length, 2)) });
  response.write(bytes.length < 2 ? ' ' : bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
