/**
 * Vendor references of the bills a vendor has, for finding a bill whose number somebody typed differently. The server cannot
 * compare normalised numbers, so a vendor's references are read once, and before every later lookup what changed since. Only while
 * very much changes, as when a run posts hundreds of bills of one vendor, that is put off for some seconds: then the server is asked
 * for the very same reference alone. After a write that failed nothing is put off.
 */

import { normalizeInvoiceNumber } from '../../../engine/model/business-key.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { asText } from '../../kit/json.ts';
import { type AcumaticaClient, instantLiteral, literal } from '../client.ts';
import { unwrapEntity } from '../codec.ts';
import { pagesOf } from './pages.ts';
import { type EntitySpec, idOf, markOf } from './reading.ts';
import { ReferenceIndex } from './reference-index.ts';

interface VendorReferences {
  /** Ids of bills by normalised reference. */
  byReference: ReferenceIndex;
  /** Latest change time read, by the server's clock. */
  changedUntil: string | undefined;
  /** Until when reading changes is put off, in milliseconds by the clock of this machine. */
  putOffUntil: number;
  /** Until when nothing is put off, since a bill may have arrived whose answer is missing. */
  doubtfulUntil: number;
}

const known = new WeakMap<AcumaticaClient, Map<string, VendorReferences>>();
const pageSize = 500;
/** Changes up to this long before the latest one are read again: saves may become visible out of order. */
const overlapMs = 30_000;
/** More changes than this at a time cost more to read than the two questions they save. */
const manyChanges = 100;
/** How long reading changes is put off then: a bill that somebody enters by hand in these seconds, under another spelling, is found late. */
const putOffMs = 20_000;
/** How long nothing is put off after a write that failed: longer than all tries of a run together. */
const doubtMs = 3_600_000;

/** Vendors as the server compares them: a bill comes back with the vendor in its own writing. */
const vendorKey = (vendor: string): string => vendor.trim().toUpperCase();

const select = ['Type', 'ReferenceNbr', 'Vendor', 'VendorRef', 'LastModifiedDateTime'];

function note({ byReference }: VendorReferences, spec: EntitySpec, value: Fields): void {
  const reference = normalizeInvoiceNumber(asText(value.VendorRef) ?? '');
  // A blank reference identifies nothing.
  if (reference !== '') byReference.add(reference, idOf(spec, value));
}

function noteChange(references: VendorReferences, value: Fields): void {
  const changed = asText(value.LastModifiedDateTime);
  if (changed !== undefined && (references.changedUntil ?? '') < changed) references.changedUntil = changed;
}

/** Reads what changed. @returns how many bills that were. */
async function refresh(
  client: AcumaticaClient,
  spec: EntitySpec,
  vendor: string,
  references: VendorReferences,
): Promise<number> {
  const since = references.changedUntil;
  const from = since === undefined ? undefined : new Date(Date.parse(since) - overlapMs).toISOString();
  const filter = `Vendor eq ${literal(vendor)}${from === undefined ? '' : ` and LastModifiedDateTime ge ${instantLiteral(from)}`}`;
  const pages = pagesOf({
    fetch: (top, skip) => client.list(spec.entity, { filter, select, top, skip }),
    pageSize,
    what: `bills of the vendor ${vendor}`,
    restarts: true,
    mark: markOf(spec),
  });
  let count = 0;
  for await (const page of pages) {
    for (const wire of page) {
      const value = unwrapEntity(wire, spec.fields);
      note(references, spec, value);
      noteChange(references, value);
    }
    count += page.length;
  }
  return count;
}

/** Ids of the vendor's bills with exactly this reference, as the server compares. */
async function withSameReference(
  client: AcumaticaClient,
  spec: EntitySpec,
  vendor: string,
  reference: string,
): Promise<string[]> {
  const filter = `VendorRef eq ${literal(reference)} and Vendor eq ${literal(vendor)}`;
  const list = await client.list(spec.entity, { filter, select: [...spec.keys], top: pageSize });
  return list.map((wire) => idOf(spec, unwrapEntity(wire, spec.fields)));
}

/** Remembers a bill that was written just now. */
export function noteBill(client: AcumaticaClient, spec: EntitySpec, value: Fields): void {
  const references = known.get(client)?.get(vendorKey(asText(value.Vendor) ?? ''));
  if (references !== undefined) note(references, spec, value);
}

/** A bill was sent and the answer is an error: until it is known what became of it, lookups of its vendor's bills put nothing off. */
export function doubtBills(client: AcumaticaClient, value: Fields): void {
  const references = known.get(client)?.get(vendorKey(asText(value.Vendor) ?? ''));
  if (references !== undefined) references.doubtfulUntil = client.context.now() + doubtMs;
}

/** Ids of a vendor's bills that may carry this reference, normalised. They are candidates: read them before believing it. */
export async function billsWithReference(
  client: AcumaticaClient,
  spec: EntitySpec,
  vendor: string,
  reference: string,
): Promise<string[]> {
  const byVendor = known.get(client) ?? new Map<string, VendorReferences>();
  known.set(client, byVendor);
  const isFirst = !byVendor.has(vendorKey(vendor));
  const references = byVendor.get(vendorKey(vendor)) ?? {
    ...{ byReference: new ReferenceIndex(), changedUntil: undefined },
    ...{ putOffUntil: 0, doubtfulUntil: 0 },
  };
  const now = client.context.now();
  const ids = new Set<string>();
  if (now < references.putOffUntil && now >= references.doubtfulUntil) {
    for (const id of await withSameReference(client, spec, vendor, reference)) ids.add(id);
  } else {
    const changes = await refresh(client, spec, vendor, references);
    if (!isFirst && changes > manyChanges) references.putOffUntil = now + putOffMs;
    // Only after a whole read: one that broke off must not count as all there is.
    byVendor.set(vendorKey(vendor), references);
  }
  for (const id of references.byReference.find(normalizeInvoiceNumber(reference))) ids.add(id);
  return [...ids];
}
