/**
 * Files that records name, such as the PDF of an invoice. Procore's own hosts ask for the sign-in and send on to a storage host, which
 * must not get it; file addresses are opaque and their hosts may change.
 * @source https://developers.procore.com/documentation/content/secure-file-access-tips (2026)
 */
import type { FileReference, RemoteFile, Resource } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { createHttp, type Http, type HttpResponse } from '../kit/http.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import { isLoopback } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';

/** Largest file fetched, in bytes: what ERPs take by default. */
export const largestFile = 25 * 1024 * 1024;
/** Storage answers at the first or second address; a longer chain is a loop. */
const mostRedirections = 5;
const redirections = [301, 302, 303, 307, 308];
const vendorHosts = /(^|\.)(procore\.com|procoregov\.com)$/i;

const nameOf = (reference: FileReference): string => `the file ${reference.name ?? reference.id}`;

/** Whether Procore itself answers there, so that the sign-in belongs there. */
const isProcore = (url: URL, client: ProcoreClient): boolean =>
  url.origin === new URL(client.http.baseUrl).origin || (url.protocol === 'https:' && vendorHosts.test(url.hostname));

const privateHost =
  /^(localhost|.*\.(?:local|internal|localhost)|\[.*\]|0\..*|10\..*|127\..*|169\.254\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*)$/i;

/** Whether a file may come from there: never from inside the user's network, where a forged address could point. */
function isReachable(url: URL, client: ProcoreClient): boolean {
  // A dot at the end of a name changes nothing but how it is written.
  const host = url.hostname.replace(/\.+$/, '');
  if (isLoopback(url)) return isLoopback(new URL(client.http.baseUrl)) && /^https?:$/.test(url.protocol);
  return url.protocol === 'https:' && !privateHost.test(host) && url.username === '' && url.password === '';
}

const refusedAddress = (reference: FileReference, host: string): AppError =>
  new AppError('data.badValue', `The address of ${nameOf(reference)} is not one of Procore’s: ${host}.`, {
    hint: 'Open the record in Procore and attach the file again, then replay.',
  });

function addressOf(text: string, base: URL | undefined, reference: FileReference, client: ProcoreClient): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url === undefined) throw refusedAddress(reference, 'it is no web address');
  const allowed = base === undefined ? isProcore(url, client) : isReachable(url, client);
  if (!allowed) throw refusedAddress(reference, url.host === '' ? url.protocol : url.host);
  return url;
}

/**
 * The client of an address. Procore's windows count calls of its API, so files beside it have limits and a breaker of their own: the
 * PDFs of a hundred invoices must not hold up the reading of the next ones.
 */
function httpOf(url: URL, client: ProcoreClient): Http {
  const { context, session, companyId } = client;
  const isApi = url.origin === new URL(client.http.baseUrl).origin;
  if (isApi && url.pathname.startsWith('/rest/')) return client.http;
  // What clients share hangs on their base address.
  const folder = isApi ? (/^\/[^/]+(?=\/)/.exec(url.pathname)?.[0] ?? '') : '';
  const common = { baseUrl: url.origin + folder, context };
  return isProcore(url, client)
    ? createHttp({ ...common, system: 'Procore', auth: session, headers: { 'procore-company-id': companyId } })
    : createHttp({ ...common, system: 'Procore’s file storage' });
}

/** Path and query as a client of that host takes them: the base address may itself have a path. */
const pathIn = (url: URL, http: Http): string => {
  const { pathname } = new URL(http.baseUrl);
  const own = pathname === '/' ? '' : pathname;
  return (
    (own !== '' && url.pathname.startsWith(`${own}/`) ? url.pathname.slice(own.length) : url.pathname) + url.search
  );
};

const plainName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[/\\:*?"<>|]+/g, '-')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .slice(0, 200);

function fileOf(answer: HttpResponse, url: URL, reference: FileReference): RemoteFile {
  const bytes = answer.bytes ?? new Uint8Array();
  const mediaType = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const last = url.pathname.split('/').at(-1) ?? '';
  if (bytes.length === 0) {
    throw new AppError('remote.badResponse', `Procore answered ${nameOf(reference)} with nothing.`);
  }
  return {
    name: plainName(reference.name ?? last) || `file-${plainName(reference.id)}`,
    mediaType: /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream',
    size: bytes.length,
    bytes,
  };
}

const tooLarge = (reference: FileReference, cause?: unknown): AppError =>
  new AppError('data.tooLarge', `Costwire takes files of at most 25 MB; ${nameOf(reference)} is larger.`, {
    hint: 'Attach a smaller file in Procore, or attach this one in the ERP by hand.',
    cause,
  });

async function download(
  client: ProcoreClient,
  reference: FileReference,
  address: string,
  signal: AbortSignal,
): Promise<RemoteFile> {
  let url = addressOf(address, undefined, reference, client);
  for (let hop = 0; hop <= mostRedirections; hop += 1) {
    const http = httpOf(url, client);
    const answer = await http
      .get(pathIn(url, http), {
        operation: `fetch ${nameOf(reference)}`,
        binary: true,
        maxBytes: largestFile,
        accept: redirections,
        signal,
      })
      .catch((thrown: unknown) => {
        // A broken-off answer has no status; what does not fit is the only such one of this code.
        const cut = thrown instanceof AppError && thrown.code === 'remote.badResponse';
        throw cut && thrown.remote?.status === undefined ? tooLarge(reference, thrown) : thrown;
      });
    if (!redirections.includes(answer.status)) return fileOf(answer, url, reference);
    url = addressOf(answer.headers.location ?? '', url, reference, client);
  }
  throw new AppError('remote.badResponse', `Procore sends on from one address of ${nameOf(reference)} to the next.`);
}

/** The address that the record gives now. */
async function freshAddress(
  client: ProcoreClient,
  { id, origin }: FileReference,
  resources: readonly Resource<ProcoreClient>[],
): Promise<string | undefined> {
  if (origin === undefined) return undefined;
  const resource = resources.find((candidate) => candidate.id === origin.resource);
  const record = await resource?.get?.(client, origin.id, origin.scope);
  const files = (asList(record?.value.attachments) ?? []).map((file) => asFields(file));
  return asText(files.find((file) => asText(file?.id) === id)?.url);
}

const hasRunOut = (thrown: unknown): boolean =>
  thrown instanceof AppError && (thrown.code === 'remote.forbidden' || thrown.code === 'remote.notFound');

/**
 * Fetches a file. Where its address is no longer served, the record is read again for a fresh one, once.
 * @throws AppError data.badValue, data.tooLarge, remote.*, run.cancelled
 */
export async function fetchFile(
  client: ProcoreClient,
  reference: FileReference,
  signal: AbortSignal,
  resources: readonly Resource<ProcoreClient>[],
): Promise<RemoteFile> {
  try {
    return await download(client, reference, reference.url, signal);
  } catch (thrown) {
    if (!hasRunOut(thrown)) throw thrown;
    const fresh = await freshAddress(client, reference, resources);
    if (fresh === undefined || fresh === reference.url) throw thrown;
    return download(client, reference, fresh, signal);
  }
}
