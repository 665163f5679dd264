/** Asks the target what it holds under a business key, and judges whether that is ours. */
import type { FoundDocument, WriteResult } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { Fields } from '../model/record.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import { differencesFromTarget, documentAmount, sameAmount, textAt } from './deliver-key.ts';
import type { DeliveryTarget } from './ports.ts';

/** What the target holds: nothing, our document, or something that is not ours. */
export type Finding =
  | { kind: 'absent' }
  | { kind: 'ours'; document: FoundDocument }
  | { kind: 'other'; documents: FoundDocument[]; error: AppError };

/** What is wrong with a document beside what was sent: amount or vendor. Empty: it is the same. */
export function mismatches(
  target: DeliveryTarget,
  row: LedgerRow,
  held: Fields,
  lenient: boolean,
): Record<string, string> {
  const { resource } = target;
  const found: Record<string, string> = {};
  const vendorField = resource.roles?.vendor;
  const [ours, theirs] = [textAt(row.value, vendorField)?.trim(), textAt(held, vendorField)?.trim()];
  if (vendorField !== undefined && ours !== undefined && theirs !== undefined && ours !== theirs) {
    found[vendorField] = `sent ${ours}, the target holds ${theirs}`;
  }
  if (resource.amount === undefined) return found;
  const sent = documentAmount(resource, row.value) ?? row.amount;
  const amount = documentAmount(resource, held);
  const comparable = sent !== undefined && amount !== undefined;
  if (comparable ? !sameAmount(sent, amount) : !lenient) {
    found[resource.amount.field] = `sent ${sent ?? 'no amount'}, the target holds ${amount ?? 'no amount'}`;
  }
  return found;
}

function foreign(target: DeliveryTarget, row: LedgerRow, documents: FoundDocument[]): AppError {
  const [first] = documents;
  const names = documents.map((document) => document.number ?? document.id).join(', ');
  const what = documents.length === 1 ? 'holds' : `holds ${documents.length} documents:`;
  const title = row.origin.label ?? row.businessKey;
  return new AppError(
    'delivery.duplicateInTarget',
    `${target.connectionName} already ${what} ${names} under ${row.businessKey}, which is not the same as ${title}.`,
    {
      recordKey: row.recordKey,
      fields:
        first === undefined
          ? {}
          : { ...differencesFromTarget(row.value, first.value), ...mismatches(target, row, first.value, false) },
    },
  );
}

/**
 * Looks the row's document up in the target. `lenient` (the row was sent by us): an amount that the target does not tell counts
 * as equal.
 * @throws AppError what the connector throws when it cannot ask
 */
export async function lookUp(target: DeliveryTarget, row: LedgerRow, lenient: boolean): Promise<Finding> {
  const documents = await target.resource.find?.(target.client, row.value, row.scope);
  if (documents === undefined) {
    throw new AppError(
      'flow.unknownResource',
      `${target.resource.title} cannot be looked up, so nothing is written there.`,
    );
  }
  const [document] = documents;
  if (document === undefined) return { kind: 'absent' };
  const same = documents.length === 1 && Object.keys(mismatches(target, row, document.value, lenient)).length === 0;
  return same ? { kind: 'ours', document } : { kind: 'other', documents, error: foreign(target, row, documents) };
}

/** The row with the document it stands for. */
export function withDocument(row: LedgerRow, result: WriteResult): LedgerRow {
  const linked: LedgerRow = { ...row, targetId: result.id };
  if (result.number !== undefined) linked.targetNumber = result.number;
  if (result.status !== undefined) linked.targetStatus = result.status;
  if (result.url !== undefined) linked.targetUrl = result.url;
  return linked;
}

/** The document of a row, for outcomes. */
export function documentOf(target: DeliveryTarget, row: LedgerRow) {
  if (row.targetId === undefined) return {};
  return {
    target: {
      system: target.connector.id,
      resource: row.resource,
      id: row.targetId,
      ...(row.targetNumber === undefined ? {} : { number: row.targetNumber }),
      ...(row.targetStatus === undefined ? {} : { status: row.targetStatus }),
      ...(row.targetUrl === undefined ? {} : { url: row.targetUrl }),
    },
  };
}
