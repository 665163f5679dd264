/** What delivery would do, from the ledger alone, and the voucher that shows it. */
import { valueAt } from '../model/business-key.ts';
import type { ResourceDeclaration } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { Fields } from '../model/record.ts';
import type { RecordOutcome, Voucher, VoucherLine } from '../model/run.ts';
import type { DeliverySource, LedgerRow } from '../store/deliveries.ts';
import { countedAmount, differences, isFields, isReducing, signedAmount, textAt } from './deliver-key.ts';
import type { DeliveryTarget, RunIdentity, WriteIntent } from './ports.ts';

/** What to do with a write. `resolve` and `recheck` ask the target first. */
export type Decision =
  | { kind: 'create'; row: LedgerRow | undefined }
  | { kind: 'resolve' | 'recheck' | 'update' | 'release'; row: LedgerRow }
  | { kind: 'skip'; row: LedgerRow; note: string }
  | { kind: 'hold'; error: AppError };

const labelOf = (row: LedgerRow): string => row.origin.label ?? row.recordKey;

/** A second record with the same business key. */
export const duplicateKey = (label: string, businessKey: string, first: string): AppError =>
  new AppError(
    'delivery.duplicateKey',
    `${label} has the same business key (${businessKey}) as ${first}, which came first.`,
  );

function changed(row: LedgerRow, intent: WriteIntent): AppError {
  const posted = row.targetNumber ?? row.businessKey;
  return new AppError(
    'delivery.changedAfterPosting',
    `${intent.record.origin.label ?? row.businessKey} changed after it was posted as ${posted}.`,
    { fields: differences(row.postedValue ?? {}, intent.value), recordKey: intent.record.key },
  );
}

function decidePosted(row: LedgerRow, target: DeliveryTarget, intent: WriteIntent, hash: string): Decision {
  if (row.state === 'held') return { kind: 'recheck', row };
  if (row.postedHash === hash) {
    const unfinished = row.releaseState !== 'none' && row.releaseState !== 'released';
    if (unfinished && target.release && target.resource.release !== undefined) return { kind: 'release', row };
    return {
      kind: 'skip',
      row,
      note: `Unchanged since it was posted as ${row.targetNumber ?? row.targetId ?? 'before'}.`,
    };
  }
  if (target.mode === 'upsert' && target.resource.update !== undefined) return { kind: 'update', row };
  return { kind: 'hold', error: changed(row, intent) };
}

/** Decides by the ledger row of the business key. Pure. */
export function decide(
  row: LedgerRow | undefined,
  target: DeliveryTarget,
  intent: WriteIntent,
  contentHash: string,
): Decision {
  if (row === undefined) return { kind: 'create', row };
  const inTarget = row.state === 'posted' || (row.state === 'held' && row.targetId !== undefined);
  const uncertain = row.state === 'intent' || row.state === 'inDoubt';
  if ((inTarget || uncertain) && row.recordKey !== intent.record.key) {
    const label = intent.record.origin.label ?? intent.record.key;
    return { kind: 'hold', error: duplicateKey(label, row.businessKey, labelOf(row)) };
  }
  if (uncertain) return { kind: 'resolve', row };
  return inTarget ? decidePosted(row, target, intent, contentHash) : { kind: 'create', row };
}

/** The source records a write stands for; the record itself where the engine did not name any. */
export function sourcesOf(intent: WriteIntent): DeliverySource[] {
  const { record, amount, currency } = intent;
  const [first] = record.sources ?? [];
  if (first === undefined) {
    const money = { ...(amount === undefined ? {} : { amount }), ...(currency === undefined ? {} : { currency }) };
    return [{ key: record.key, origin: record.origin, ...money }];
  }
  return (record.sources ?? []).map((source) => ({
    key: source.key,
    origin: source.origin,
    ...(source.amount === undefined ? {} : { amount: source.amount }),
    ...(source.currency === undefined ? {} : { currency: source.currency }),
  }));
}

/** An outcome of a write; `more` adds status, reason and document. */
export function outcomeOf(
  identity: RunIdentity,
  intent: WriteIntent,
  businessKey: string | undefined,
  more: Pick<RecordOutcome, 'status'> & Partial<RecordOutcome>,
): RecordOutcome {
  return {
    runId: identity.runId,
    key: intent.record.key,
    nodeId: intent.nodeId,
    origin: intent.record.origin,
    ...(businessKey === undefined ? {} : { businessKey }),
    ...(intent.amount === undefined ? {} : { amount: intent.amount }),
    ...(intent.currency === undefined ? {} : { currency: intent.currency }),
    ...more,
  };
}

function voucherLines(resource: ResourceDeclaration, value: Fields): VoucherLine[] {
  const roles = resource.roles ?? {};
  const list = roles.lines ?? resource.amount?.lines?.list;
  const lines = list === undefined ? undefined : valueAt(value, list);
  if (!Array.isArray(lines)) return [];
  const amountField = resource.amount?.lines?.field;
  const named = new Set([roles.account, roles.project, roles.lineDescription, amountField]);
  const dimensions = (resource.fields.find((field) => field.name === list)?.fields ?? []).filter(
    (field) => field.type === 'text' && field.readOnly !== true && !named.has(field.name),
  );
  const reducing = isReducing(resource, value);
  return lines.filter(isFields).map((line) => {
    const amount = signedAmount(textAt(line, amountField) ?? '0', reducing);
    const voucher: VoucherLine = { amount, dimensions: {} };
    const account = textAt(line, roles.account);
    const project = textAt(line, roles.project);
    const description = textAt(line, roles.lineDescription);
    if (account !== undefined) voucher.account = account;
    if (project !== undefined) voucher.project = project;
    if (description !== undefined) voucher.description = description;
    for (const field of dimensions) {
      const text = textAt(line, field.name);
      if (text !== undefined) voucher.dimensions[field.name] = text;
    }
    return voucher;
  });
}

const actions = {
  create: 'create',
  resolve: 'create',
  recheck: 'create',
  update: 'update',
  release: 'update',
  skip: 'skip',
  hold: 'hold',
} as const;

/** The voucher of a write as the posting sheet shows it. */
export function voucherOf(
  target: DeliveryTarget,
  intent: WriteIntent,
  businessKey: string,
  decision: Decision,
): Voucher {
  const { resource } = target;
  const roles = resource.roles ?? {};
  const voucher: Voucher = {
    key: intent.record.key,
    origin: intent.record.origin,
    target: { system: target.connector.id, resource: resource.id, connection: target.connectionName },
    businessKey,
    action: actions[decision.kind],
    currency: intent.currency ?? textAt(intent.value, resource.amount?.currencyField) ?? '',
    amount: countedAmount(resource, intent.value) ?? intent.amount ?? '0',
    lines: voucherLines(resource, intent.value),
    value: intent.value,
  };
  const files = intent.files?.length ?? 0;
  if (files > 0) voucher.attachments = files;
  if (decision.kind === 'hold') voucher.reason = decision.error.message;
  if (decision.kind === 'skip') voucher.reason = decision.note;
  const vendor = textAt(intent.value, roles.vendor);
  const number = textAt(intent.value, roles.number);
  const date = textAt(intent.value, roles.date);
  const documentType = textAt(intent.value, roles.documentType);
  if (documentType !== undefined) voucher.documentType = documentType;
  if (vendor !== undefined) voucher.vendor = vendor;
  if (number !== undefined) voucher.number = number;
  if (date !== undefined) voucher.date = date;
  return voucher;
}
