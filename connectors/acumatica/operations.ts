/**
 * Actions and the long-running operations they start: 202 with an address to poll, 204 when done.
 * @source Integration Development Guide 2026 R1, "Execution of an action": while an operation runs, other requests of its session to
 * that form fail, except for the status; the form of a failed status answer is assumed
 */
import { AppError } from '../../engine/model/error.ts';
import type { HttpResponse } from '../kit/http.ts';
import { retryAfterMs } from '../kit/retry.ts';
import type { AcumaticaClient } from './client.ts';
import type { WireObject } from './codec.ts';

/** Waits between polls in milliseconds: short ones first, for a bill is released in a moment; each longer than the one before. */
const firstWaitMs = 150;
const growth = 1.6;
const longestWaitMs = 2000;
/** After this time the outcome counts as unknown. */
export const giveUpMs = 600_000;

const header = ({ headers }: HttpResponse, name: string): string | undefined =>
  (headers as Partial<Record<string, string>>)[name];

/** Wait before poll number `poll`, from 0: what the server asks for, where it does. */
function waitMs(answer: HttpResponse, poll: number, now: number): number {
  const own = Math.min(longestWaitMs, Math.round(firstWaitMs * growth ** poll));
  return Math.min(giveUpMs, Math.max(own, retryAfterMs(header(answer, 'retry-after'), now) ?? 0));
}

const unknown = (operation: string, message: string, cause?: AppError): AppError =>
  new AppError('remote.outcomeUnknown', `${message} (to ${operation}).`, {
    remote: cause?.remote ?? { system: 'Acumatica', operation },
    ...(cause === undefined ? {} : { cause }),
  });

/**
 * Starts an action and polls until it is done. Must have the form for itself; each request goes out alone in the session.
 * @throws AppError remote.outcomeUnknown when it does not end in time, or the server forgot it: read the record's status before
 * anything else.
 */
export async function runAction(
  client: AcumaticaClient,
  path: string,
  body: WireObject,
  operation: string,
): Promise<void> {
  const { http, context, session } = client;
  let answer = await session.alone(() => http.post(path, { operation, body, timeoutMs: giveUpMs }));
  let address = header(answer, 'location');
  const begin = context.now();
  for (let poll = 0; answer.status === 202; poll += 1) {
    if (address === undefined) throw unknown(operation, 'Acumatica works on it and does not say where to ask');
    if (context.now() - begin > giveUpMs)
      throw unknown(operation, 'Acumatica has been working for ten minutes and has not finished');
    await context.sleep(waitMs(answer, poll, context.now()));
    const status = client.below(address);
    try {
      answer = await session.alone(() => http.get(status, { operation }));
    } catch (thrown) {
      // Its application was restarted: what the operation did shows in the record only.
      if (thrown instanceof AppError && thrown.remote?.status === 404)
        throw unknown(operation, 'Acumatica no longer knows of the operation it had begun', thrown);
      throw thrown;
    }
    address = header(answer, 'location') ?? address;
  }
}
