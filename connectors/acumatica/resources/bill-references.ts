/**
 * Vendor references of the bills a vendor has, for finding a bill whose number somebody typed differently. The server cannot
 * compare normalised numbers, so a vendor's references are read once and then only what changed since.
 */

import { normalizeInvoiceNumber } from '../../../engine/model/business-key.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { asText } from '../../kit/json.ts';
import { type AcumaticaClient, instantLiteral, literal } from '../client.ts';
import { unwrapEntity } from '../codec.ts';
import { type EntitySpec, idOf } from './reading.ts';

interface VendorReferences {
  /** Normalised reference → ids of bills. */
  byReference: Map<string, Set<string>>;
  /** Latest change time seen, by the server's clock. */
  changedUntil: string | undefined;
}

const known = new WeakMap<AcumaticaClient, Map<string, VendorReferences>>();
const pageSize = 500;
/** Changes up to this long before the latest one are read again: saves may become visible out of order. */
const overlapMs = 30_000;

const select = ['Type', 'ReferenceNbr', 'Vendor', 'VendorRef', 'LastModifiedDateTime'];

function note(references: VendorReferences, spec: EntitySpec, value: Fields): void {
  const reference = normalizeInvoiceNumber(asText(value.VendorRef) ?? '');
  const ids = references.byReference.get(reference) ?? new Set<string>();
  ids.add(idOf(spec, value));
  references.byReference.set(reference, ids);
  const changed = asText(value.LastModifiedDateTime);
  if (changed !== undefined && (references.changedUntil ?? '') < changed) references.changedUntil = changed;
}

async function refresh(
  client: AcumaticaClient,
  spec: EntitySpec,
  vendor: string,
  references: VendorReferences,
): Promise<void> {
  const since = references.changedUntil;
  const from = since === undefined ? undefined : new Date(Date.parse(since) - overlapMs).toISOString();
  const filter = `Vendor eq ${literal(vendor)}${from === undefined ? '' : ` and LastModifiedDateTime ge ${instantLiteral(from)}`}`;
  for (let page = 0; ; page += 1) {
    const list = await client.list(spec.entity, { filter, select, top: pageSize, skip: page * pageSize });
    for (const wire of list) note(references, spec, unwrapEntity(wire, spec.fields));
    if (list.length < pageSize) return;
  }
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
  const references = byVendor.get(vendor) ?? { byReference: new Map(), changedUntil: undefined };
  await refresh(client, spec, vendor, references);
  // Only after a whole read: one that broke off must not count as all there is.
  byVendor.set(vendor, references);
  return [...(references.byReference.get(normalizeInvoiceNumber(reference)) ?? [])];
}
