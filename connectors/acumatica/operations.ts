/**
 * Actions and the long-running operations they start: 202 with an address to poll, 204 when done.
 * @source Integration Development Guide 2026 R1, "Execution of an action"; the form of a failed status answer is assumed
 */
import { AppError } from '../../engine/model/error.ts';
import type { HttpResponse } from '../kit/http.ts';
import type { AcumaticaClient } from './client.ts';
import type { WireObject } from './codec.ts';

/** Waits between polls: 1 s, 2 s, 4 s, then 10 s. */
const pollWaitsMs = [1000, 2000, 4000];
const longestWaitMs = 10_000;
/** After this time the outcome counts as unknown. */
export const giveUpMs = 600_000;

const locationOf = ({ headers }: HttpResponse): string | undefined => {
  const { location }: Partial<Record<string, string>> = headers;
  return location;
};

/**
 * Starts an action and polls until it is done. Must run alone in its session.
 * @throws AppError remote.outcomeUnknown when it does not end in time: read the record's status before anything else.
 */
export async function runAction(
  client: AcumaticaClient,
  entity: string,
  action: string,
  body: WireObject,
  operation: string,
): Promise<void> {
  const { http, context } = client;
  const started = await http.post(`${client.endpointPath}/${entity}/${action}`, {
    operation,
    body,
    timeoutMs: 600_000,
  });
  if (started.status !== 202) return;
  let address = locationOf(started);
  const begin = context.now();
  for (let poll = 0; address !== undefined; poll += 1) {
    if (context.now() - begin > giveUpMs) {
      throw new AppError(
        'remote.outcomeUnknown',
        `Acumatica has been working for ten minutes and has not finished (to ${operation}).`,
        {
          remote: { system: 'Acumatica', operation },
        },
      );
    }
    await context.sleep(pollWaitsMs.at(poll) ?? longestWaitMs);
    const answer = await http.get(client.below(address), { operation });
    if (answer.status !== 202) return;
    address = locationOf(answer) ?? address;
  }
}
