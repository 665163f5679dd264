import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, startServer } from '../../headless/server.ts';

let folder: string;
let server: RunningServer;
let clock: number;
const faults: string[] = [];

beforeEach(async () => {
  clock = Date.UTC(2026, 0, 1);
  folder = await mkdtemp(join(tmpdir(), 'costwire-server-'));
  const page = join(folder, 'renderer');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<title>Costwire</title>');
  await writeFile(join(page, 'assets', 'app-1a2b.js'), 'let a;');
  await writeFile(join(folder, 'secret.txt'), 'outside');
  await symlink(join(folder, 'secret.txt'), join(page, 'link.txt'));
  server = await startServer({
    page,
    serve: (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)),
    log: (error) => faults.push(error.message),
    now: () => clock,
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A raw request: unlike fetch it sends any Host header. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.on('error', reject).end();
  });
}

async function signIn(): Promise<string> {
  const opened = await ask(server.openingAddress().slice(server.address.length));
  return String(opened.headers['set-cookie']).split(';')[0] ?? '';
}

function socketOpens(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

describe('the opening address', () => {
  it('sets a cookie that scripts and other sites do not get, and leads to the page', async () => {
    const opened = await ask(server.openingAddress().slice(server.address.length));
    expect(opened.status).toBe(303);
    expect(opened.headers.location).toBe('/');
    expect(String(opened.headers['set-cookie'])).toMatch(
      /^costwire_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect((await ask('/', { cookie: await signIn() })).text).toContain('<title>Costwire</title>');
  });

  it('works once', async () => {
    const path = server.openingAddress().slice(server.address.length);
    expect((await ask(path)).status).toBe(303);
    const again = await ask(path);
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
  });

  it('leads a browser that is in already to the page', async () => {
    const path = server.openingAddress().slice(server.address.length);
    const cookie = await signIn();
    await ask(path);
    expect((await ask(path, { cookie })).status).toBe(303);
  });

  it('lapses after fifteen minutes', async () => {
    const path = server.openingAddress().slice(server.address.length);
    clock += 15 * 60 * 1000;
    expect((await ask(path)).status).toBe(401);
  });

  it('is not guessed', async () => {
    server.openingAddress();
    expect((await ask('/open')).status).toBe(401);
    expect((await ask('/open?token=')).status).toBe(401);
    expect((await ask(`/open?token=${'A'.repeat(43)}`)).status).toBe(401);
  });
});

describe('pages', () => {
  it('are refused without the cookie, with a wrong one and with that of another port', async () => {
    const cookie = await signIn();
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/', { cookie: `${cookie}x` })).status).toBe(401);
    expect((await ask('/', { cookie: cookie.replace(`${server.port}`, '1') })).status).toBe(401);
    expect((await ask('/assets/app-1a2b.js')).status).toBe(401);
  });

  it('are refused under a foreign host name', async () => {
    const cookie = await signIn();
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', '127.0.0.1:1']) {
      expect((await ask('/', { cookie, host })).status).toBe(403);
    }
    expect((await ask('/', { cookie, host: `localhost:${server.port}` })).status).toBe(200);
  });

  it('carry a content policy without eval, inline script or foreign origins', async () => {
    const { headers } = await ask('/', { cookie: await signIn() });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port};`);
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
  });

  it('answer routes of the app with its page and unknown files with 404', async () => {
    const cookie = await signIn();
    expect((await ask('/flows/f_1', { cookie })).text).toContain('Costwire');
    expect((await ask('/assets/none.js', { cookie })).status).toBe(404);
    expect((await ask('/assets/app-1a2b.js', { cookie })).headers['cache-control']).toContain('immutable');
  });

  it('never come from outside the folder', async () => {
    const cookie = await signIn();
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/link.txt',
      '/%00.js',
      '/%ff.js',
    ]) {
      const { status, text } = await ask(path, { cookie });
      expect([path, status, text.includes('outside')]).toEqual([path, 404, false]);
    }
  });

  it('are only read', async () => {
    const cookie = await signIn();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('/', { cookie }, method)).status).toBe(405);
    }
  });
});

describe('the socket', () => {
  const origin = () => `http://127.0.0.1:${server.port}`;

  it('opens for the own page with its cookie', async () => {
    const socket = await socketOpens({ cookie: await signIn(), origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const echoed = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send('hello');
    expect(await echoed).toBe('echo hello');
    expect(server.connections()).toBe(1);
    socket.close();
  });

  it('is refused without cookie, to foreign pages, without origin, under a foreign host and elsewhere', async () => {
    const cookie = await signIn();
    expect(await socketOpens({ origin: origin() })).toBe(401);
    expect(await socketOpens({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await socketOpens({ cookie, origin: 'null' })).toBe(403);
    expect(await socketOpens({ cookie })).toBe(403);
    expect(await socketOpens({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403);
    expect(await socketOpens({ cookie, origin: origin() }, '/other')).toBe(404);
  });

  it('ends a message that is too large', async () => {
    const socket = await socketOpens({ cookie: await signIn(), origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(Buffer.alloc(33 * 1024 * 1024));
    expect(await closed).toBe(1009);
    expect(faults.splice(0)).toHaveLength(1);
  });
});

it('survives garbage on the line', async () => {
  await new Promise<void>((resolve) => {
    const raw = connect(server.port, '127.0.0.1', () => raw.end('\u0000garbage\r\n\r\n'));
    raw.on('close', () => resolve()).on('error', () => undefined);
    raw.resume();
  });
  expect((await ask('/')).status).toBe(401);
});

it('names the port that is taken', async () => {
  const second = startServer({ page: folder, serve: () => undefined, log: () => undefined, port: server.port });
  await expect(second).rejects.toMatchObject({
    code: 'host.portInUse',
    message: expect.stringContaining(`${server.port}`),
  });
});

it('listens to this machine only', async () => {
  expect(server.address).toBe(`http://127.0.0.1:${server.port}`);
  const outside = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  for (const { address } of outside.filter(({ internal, family }) => !internal && family === 'IPv4')) {
    const socket = connect(server.port, address);
    const reached = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    expect(`${address} ${String(reached)}`).toBe(`${address} false`);
  }
});
