/**
 * Files of records: Procore's own address asks for the sign-in and sends on to a storage host, which refuses it, as Amazon's does.
 * @source https://developers.procore.com/documentation/content/secure-file-access-tips (2026)
 */
import { createHmac } from 'node:crypto';
import { bearerToken } from '../../kit/simulator/tokens.ts';
import { json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import type { ProcoreRequest } from './lists.ts';
import { pdfOf } from './pdf.ts';
import { listOf, type Row, rowOf, textOf } from './rows.ts';
import type { ProcoreState } from './state.ts';

const key = 'practice-storage';
const linkSeconds = 300;

const signature = (text: string): string => createHmac('sha256', key).update(text).digest('hex');

/** Ids of files are those of their records and one digit. */
const fileId = (recordId: string): number => Number(`${recordId}1`);

/** The file of a record as it is kept: the address is told apart when the row is answered. */
export const fileRows = (recordId: string, number: string | undefined): Row[] => {
  if (number === undefined) return [];
  const name = `Invoice ${number.replace(/[^A-Za-z0-9-]+/g, '-')}.pdf`;
  return [{ id: fileId(recordId), name, filename: name }];
};

const markOf = (state: ProcoreState, id: string): string => signature(`${state.fileEpoch} ${id}`).slice(0, 32);

/** The row with addresses of its files; they hold until the state's epoch of files moves on. */
export const withFiles = (state: ProcoreState, row: Row): Row => {
  const attachments = listOf(row.attachments).map((file): Row => {
    const { id, name, ...rest } = rowOf(file);
    const place = `/files/${textOf(id)}/${encodeURIComponent(textOf(name) ?? '')}`;
    return { id, ...rest, url: `${state.address()}${place}?sig=${markOf(state, textOf(id) ?? '')}` };
  });
  return attachments.length === 0 ? row : { ...row, attachments };
};

const refusal = (status: number, code: string): SimulatorAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`,
});

/** The storage is another host: the same machine by its other name. */
const storageOf = (address: string): string => address.replace('127.0.0.1', 'localhost');

function linked(request: ProcoreRequest): SimulatorAnswer {
  const { state, services, params, query, marks } = request;
  if (services.tokens.check(bearerToken(request.headers.authorization), 'access').state !== 'valid') {
    return json(401, { errors: 'The access token is invalid' });
  }
  const id = params.id ?? '';
  if (query.get('sig') !== markOf(state, id)) return json(404, { errors: 'Not Found' });
  if (marks.has('file-elsewhere')) return { status: 302, headers: { location: 'http://192.168.0.1/admin' } };
  // The same, written so that a careless comparison does not see it.
  if (marks.has('file-inside')) return { status: 302, headers: { location: 'https://localhost./admin' } };
  const until = Math.floor(services.clock.now() / 1000) + linkSeconds;
  const place = `/storage/${id}/${encodeURIComponent(params.name ?? '')}`;
  const location = `${storageOf(services.address)}${place}?Expires=${until}&Signature=${signature(`${id} ${until}`)}`;
  return { status: 302, headers: { location } };
}

function stored(request: ProcoreRequest): SimulatorAnswer {
  const { params, query, services, marks } = request;
  // One way to sign in, never two: a client that brings its token here gives it away.
  if (request.headers.authorization !== undefined || request.headers['procore-company-id'] !== undefined) {
    request.state.notes.push(`sign-in sent to the storage host: ${request.path}`);
    return refusal(400, 'InvalidArgument');
  }
  const until = query.get('Expires') ?? '';
  if (query.get('Signature') !== signature(`${params.id} ${until}`)) return refusal(403, 'SignatureDoesNotMatch');
  if (Number(until) * 1000 < services.clock.now()) return refusal(403, 'AccessDenied');
  const bytes = marks.has('huge-file') ? Buffer.alloc(26 * 1024 * 1024) : pdfOf(decodeURIComponent(params.name ?? ''));
  return { status: 200, headers: { 'content-type': 'application/pdf' }, body: bytes };
}

/** Words of faults that these routes understand. */
export const fileMarks = ['file-elsewhere', 'file-inside', 'huge-file'] as const;

/** Where files are. */
export const fileRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  route<ProcoreState>('GET', '/files/:id/:name', linked),
  route<ProcoreState>('GET', '/storage/:id/:name', stored),
];
