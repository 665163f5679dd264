/** The built renderer as a host hands it out: files of one folder, with the headers that fence the page in. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { faultCode } from '../store/workspace-files.ts';

/** A file or a refusal, ready to be sent. */
export interface PageAnswer {
  status: 200 | 404;
  headers: Record<string, string>;
  body: Buffer | string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * The content policy of the page: own scripts only, no eval, no frames, no foreign connections.
 * @param connect further origins the page may connect to, such as the host's own WebSocket.
 */
export const contentSecurityPolicy = (connect: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // The editor and the grid set positions through style elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Headers of every answer. */
export const pageHeaders = (connect: readonly string[] = []): Record<string, string> => ({
  'Content-Security-Policy': contentSecurityPolicy(connect),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
});

/**
 * A file of the built renderer. Paths without an extension are the app's own routes and answer with its one page; whatever would
 * leave the folder is not found.
 * @param path decoded or not, with or without a query.
 */
export async function readPageFile(folder: string, path: string, connect: readonly string[] = []): Promise<PageAnswer> {
  const wanted = cleanPath(path);
  const file =
    wanted === undefined ? undefined : await contentOf(folder, extname(wanted) === '' ? 'index.html' : wanted);
  const headers = pageHeaders(connect);
  if (file === undefined || wanted === undefined) {
    return { status: 404, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: 'Not found.' };
  }
  const extension = extname(wanted) === '' ? '.html' : extname(wanted).toLowerCase();
  headers['Content-Type'] = types[extension] ?? 'application/octet-stream';
  // Built assets carry a hash in their names; the page that names them must be asked for each time.
  headers['Cache-Control'] = wanted.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  return { status: 200, headers, body: file };
}

function cleanPath(path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.split(/[?#]/)[0] ?? '');
  } catch {
    // A path that cannot be decoded names no file.
    return undefined;
  }
  if (/[\0\\:]/.test(decoded)) return undefined;
  const parts = decoded.split('/').filter((part) => part !== '');
  return parts.some((part) => part.startsWith('.')) ? undefined : parts.join('/');
}

async function contentOf(folder: string, relative: string): Promise<Buffer | undefined> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, relative));
    return file.startsWith(root + sep) ? await readFile(file) : undefined;
  } catch (thrown) {
    const code = faultCode(thrown);
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw thrown;
  }
}
