import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkRedirect, type LoopbackWait, receiveCode } from '../../../connectors/kit/loopback.ts';
import { freePort } from '../../support/ports.ts';

let redirect: URL;
beforeEach(async () => {
  redirect = new URL(`http://127.0.0.1:${await freePort()}/callback`);
});

const wait = (changes: Partial<LoopbackWait>): Promise<string> =>
  receiveCode({
    system: 'Acme',
    redirect,
    state: 'right-state',
    signal: new AbortController().signal,
    patienceMs: 60_000,
    listening: () => Promise.resolve(),
    ...changes,
  });
const visit = async (query: string, init?: RequestInit) => {
  const answer = await fetch(`${redirect.origin}${query}`, init);
  return { status: answer.status, text: await answer.text() };
};
/** Resolves when somebody else can listen at the address. */
async function isFree(): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(Number(redirect.port), '127.0.0.1', () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return free;
}

describe('the redirect address', () => {
  it('takes the code of the right state and turns everything else away', async () => {
    const seen: number[] = [];
    let answer: ReturnType<typeof visit> | undefined;
    const code = await wait({
      listening: async () => {
        for (const query of [
          '/callback?code=stolen&state=guess',
          '/callback?code=stolen',
          '/callback?code=stolen&state=r%C3%AFght-state',
          '/other?code=stolen&state=right-state',
          '//',
          '/favicon.ico',
        ])
          seen.push((await visit(query)).status);
        seen.push((await visit('/callback?code=posted&state=right-state', { method: 'POST' })).status);
        answer = visit('/callback?code=good&state=right-state');
      },
    });
    expect(code).toBe('good');
    expect(seen).toEqual([404, 404, 404, 404, 404, 404, 404]);
    expect((await answer)?.text).toContain('go back to Costwire');
    expect(await isFree()).toBe(true);
  });

  it('answers one code only', async () => {
    const answers: number[] = [];
    const code = wait({
      listening: async () => {
        const both = ['first', 'second'].map((name) => visit(`/callback?code=${name}&state=right-state`));
        for (const answer of await Promise.allSettled(both))
          answers.push(answer.status === 'fulfilled' ? answer.value.status : 0);
      },
    });
    await expect(code).resolves.toMatch(/^(first|second)$/);
    expect(answers.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  });

  it('says that consent was denied, and shows nothing of what a page might have put there', async () => {
    for (const [error, reason] of [
      ['access_denied', 'access_denied'],
      ['<script>alert(1)</script>', 'no reason given'],
    ] as const) {
      let answer: ReturnType<typeof visit> | undefined;
      const denied = wait({
        listening: async () => {
          answer = visit(`/callback?error=${encodeURIComponent(error)}&state=right-state`);
        },
      });
      await expect(denied).rejects.toMatchObject({
        code: 'remote.authFailed',
        message: `Acme refused the sign-in (${reason}).`,
      });
      const text = (await answer)?.text;
      expect(text).toContain('refused');
      expect(text).not.toContain('<script');
      expect(await isFree()).toBe(true);
    }
  });

  it('says that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(Number(redirect.port), '127.0.0.1', resolve));
    await expect(wait({})).rejects.toMatchObject({ code: 'connection.portInUse' });
    await new Promise((resolve) => other.close(resolve));
  });

  it('is free again after it was given up, waited in vain, or no browser opened', async () => {
    const stop = new AbortController();
    const givenUp = wait({
      signal: stop.signal,
      listening: async () => {
        // Browsers open connections ahead of need: one without a request must not keep the port.
        const idle = connect(Number(redirect.port), '127.0.0.1');
        idle.on('error', () => undefined);
        await once(idle, 'connect');
        stop.abort();
      },
    });
    await expect(givenUp).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await isFree()).toBe(true);
    await expect(wait({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'run.cancelled' });
    await expect(wait({ patienceMs: 20 })).rejects.toMatchObject({ code: 'connection.signInTimedOut' });
    expect(await isFree()).toBe(true);
    await expect(wait({ listening: () => Promise.reject(new Error('no browser')) })).rejects.toThrow('no browser');
    expect(await isFree()).toBe(true);
  });
});

it.each(['https://evil.example/callback', 'https://localhost:1/x', 'http://127.0.0.1/callback', 'nonsense', undefined])(
  'refuses %s as redirect address',
  (text) => {
    expect(() => checkRedirect(text, 'http://localhost:8725/x')).toThrow(
      expect.objectContaining({ code: 'connection.invalidField' }),
    );
  },
);
