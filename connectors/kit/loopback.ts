/**
 * The end of a browser sign-in on this machine: listens once on the redirect address for the code that belongs to a state.
 * @source https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { AppError } from '../../engine/model/error.ts';
import { isLoopback } from './urls.ts';

/** What the listener waits for. */
export interface LoopbackWait {
  /** The system's name in messages. */
  system: string;
  /** The redirect address; see {@link checkRedirect}. */
  redirect: URL;
  /** The state that must come back. */
  state: string;
  /** Ends the wait. */
  signal: AbortSignal;
  /** Longest wait, in milliseconds. */
  patienceMs: number;
  /** Called once the address is listened at: only now may the browser be sent away. */
  listening: () => Promise<void>;
}

/**
 * Checks a redirect address: plain http on this machine, with a port, since it has to be registered letter by letter.
 * @throws AppError connection.invalidField
 */
export function checkRedirect(text: string | undefined, example: string): URL {
  const url = URL.parse(text ?? '');
  if (url?.protocol !== 'http:' || !isLoopback(url) || url.port === '') {
    throw new AppError('connection.invalidField', 'The redirect address is not one of this machine with a port.', {
      hint: `Enter one such as ${example}, and register the same at the system you sign in to.`,
    });
  }
  return url;
}

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

const page = (title: string, text: string): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Costwire</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1em;color-scheme:light dark}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;

/** Answers with a page; ends when it is sent or the browser is gone. */
async function reply(response: ServerResponse, status: number, title: string, text: string): Promise<void> {
  response.writeHead(status, pageHeaders);
  const closed = once(response, 'close');
  response.end(page(title, text));
  await closed;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

/** The reason as the system sent it, if it is one of the plain words of OAuth. */
const reasonOf = (error: string | null): string =>
  error !== null && /^[\w.-]{1,60}$/.test(error) ? error : 'no reason given';

type Outcome = { code: string } | { refused: string };

/** Answers requests until one carries the state: it is the only one that counts. */
function listenerOf({ redirect, state }: LoopbackWait, settle: (outcome: Outcome) => void): Server {
  let used = false;
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', redirect.origin);
    const expected = request.method === 'GET' && url?.pathname === redirect.pathname;
    if (used || !expected || !same(url.searchParams.get('state') ?? '', state)) {
      void reply(response, 404, 'Nothing to do here', 'This is not the sign-in that Costwire waits for.');
      return;
    }
    used = true;
    const code = url.searchParams.get('code') ?? '';
    const sent =
      code === ''
        ? reply(
            response,
            200,
            'The sign-in was refused',
            'Nothing was changed. Close this page and go back to Costwire.',
          )
        : reply(response, 200, 'Your sign-in has reached Costwire', 'Close this page and go back to Costwire.');
    void sent.then(() => settle(code === '' ? { refused: reasonOf(url.searchParams.get('error')) } : { code }));
  });
  return server;
}

async function listen(server: Server, redirect: URL): Promise<void> {
  // Browsers try IPv4 too where a name has both: one listener is enough, and it is reachable from this machine only.
  const host = redirect.hostname === 'localhost' ? '127.0.0.1' : redirect.hostname.replace(/^\[|\]$/g, '');
  const ready = once(server, 'listening');
  server.listen({ port: Number(redirect.port), host, exclusive: true });
  try {
    await ready;
  } catch (cause) {
    throw new AppError('connection.portInUse', `Costwire cannot listen at ${redirect.origin} for the sign-in.`, {
      cause,
    });
  }
}

/** Rejects when the wait is over, saying by whom it was ended. */
function ending({ system, signal, patienceMs }: LoopbackWait): { ended: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = (): void => reject(new AppError('run.cancelled', `The sign-in to ${system} was given up.`));
  const timer = setTimeout(() => {
    const minutes = Math.max(1, Math.round(patienceMs / 60_000));
    reject(
      new AppError(
        'connection.signInTimedOut',
        `Nobody completed the sign-in to ${system} within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      ),
    );
  }, patienceMs);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const forget = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  };
  return { ended: promise, forget };
}

/**
 * Waits on the redirect address for the authorization code. The address is free again when this ends, however it ends.
 * @throws AppError connection.portInUse, connection.signInTimedOut, remote.authFailed where the user or system refused, run.cancelled
 */
export async function receiveCode(wait: LoopbackWait): Promise<string> {
  const { promise: answered, resolve } = Promise.withResolvers<Outcome>();
  const server = listenerOf(wait, resolve);
  const { ended, forget } = ending(wait);
  try {
    await Promise.race([listen(server, wait.redirect), ended]);
    const outcome = await Promise.race([wait.listening().then(() => answered), answered, ended]);
    if ('code' in outcome) return outcome.code;
    throw new AppError('remote.authFailed', `${wait.system} refused the sign-in (${outcome.refused}).`, {
      hint: 'Sign in again and allow Costwire access, or ask whoever looks after the system.',
    });
  } finally {
    forget();
    server.close();
    // Browsers open connections ahead of need; they would keep the port and the process.
    server.closeAllConnections();
  }
}
