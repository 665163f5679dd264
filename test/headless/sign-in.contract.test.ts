import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { simulator } from '../../connectors/procore/simulator/index.ts';
import { main } from '../../headless/cli.ts';
import { freePort } from '../support/ports.ts';

let folder: string;
let server: Awaited<ReturnType<typeof simulator.start>>;
let redirectUri: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-sign-in-'));
  server = await simulator.start();
  redirectUri = `http://localhost:${await freePort()}/procore/callback`;
  server.state.redirectUris = [redirectUri];
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command; `visit` gets every address it prints. */
async function costwire(args: readonly string[], options: { input?: string; visit?: (address: string) => void } = {}) {
  let out = '';
  let err = '';
  const code = await main(['--workspace', folder, ...args, '--json'], {
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
      const address = /^\s+(http\S+)$/m.exec(text)?.[1];
      if (address !== undefined) options.visit?.(address);
    },
    isTerminal: false,
    input: Readable.from([options.input ?? '']),
    environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
    signal: new AbortController().signal,
  });
  return { code, out, err, answer: JSON.parse(out) };
}

async function addConnection(signIn: string): Promise<void> {
  const fields = { ...server.fields, signIn, redirectUri };
  const set = Object.entries(fields).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const add = ['connection', 'add', '--connector', 'procore', '--name', 'Ours', ...set, '--secret', 'clientSecret'];
  const { answer } = await costwire(add, { input: `${server.secrets.clientSecret}\n` });
  expect(answer.missing).toEqual([]);
}

it('prints the address, waits for the browser, and pings with what it kept', async () => {
  await addConnection('user');
  expect((await costwire(['ping', 'Ours'])).code).toBe(1);
  const visits: Promise<unknown>[] = [];
  const signedIn = await costwire(['connection', 'sign-in', 'ours'], {
    visit: (address) => visits.push(fetch(address).then((answer) => answer.text())),
  });
  expect(signedIn).toMatchObject({ code: 0, answer: { signedIn: true } });
  expect(await Promise.all(visits)).toEqual([expect.stringContaining('reached Costwire')]);
  const [connection] = (await costwire(['connection', 'list'])).answer.connections;
  expect(connection.secrets).toEqual(['clientSecret', 'refreshToken']);
  expect((await costwire(['ping', 'Ours'])).code).toBe(0);
});

it('says so where a connection does not sign in through the browser', async () => {
  await addConnection('service-account');
  const refused = await costwire(['connection', 'sign-in', 'Ours']);
  expect(refused.code).toBe(3);
  expect(refused.answer.error.code).toBe('connection.noSignIn');
});
