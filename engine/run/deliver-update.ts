/** Judges an update before it is sent: what it would change in the target, and what of that the target does not let be changed. */
import type { FoundDocument, ResourceDeclaration, WriteOptions } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { FieldSchema, Fields, Value } from '../model/record.ts';
import type { LineIdentity } from '../model/updates.ts';
import { isClosedLine, pairLines, ruleFor, sameValue } from '../model/updates.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import { differences, differencesFromTarget, isFields } from './deliver-key.ts';
import type { Finding } from './deliver-lookup.ts';
import type { DeliveryTarget } from './ports.ts';

/** What an update comes to: by field path, in words. */
export interface UpdateJudgement {
  changes: Record<string, string>;
  /** The changes that the target refuses. Empty: the update may be sent. */
  refused: Record<string, string>;
}

/** Most changes that are told of one document. */
const mostChanges = 40;

const isBlank = (value: Value | undefined): boolean => value === undefined || value === null || value === '';
const shown = (value: Value | undefined): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return isBlank(value) ? 'blank' : text.length > 120 ? `${text.slice(0, 119)}…` : text;
};

interface Change {
  path: string;
  /** Without line numbers, as rules name fields. */
  field: string;
  text: string;
  closed: boolean;
  /** A whole line that comes or goes. */
  line: boolean;
}

/** Scalars that differ. A blank leaves the field to the target, and what the target does not tell cannot be compared. */
function* fieldChanges(
  fields: readonly FieldSchema[],
  sent: Fields,
  held: Fields,
  place: { path: string; field: string; closed: boolean },
): Generator<Change> {
  for (const { name, type, readOnly, fields: inner } of fields) {
    const [ours, theirs] = [sent[name], held[name]];
    if (readOnly === true || type === 'list' || isBlank(ours) || theirs === undefined) continue;
    const inside = { ...place, path: place.path + name, field: place.field + name };
    if (type === 'record') {
      const deeper = { ...inside, path: `${inside.path}.`, field: `${inside.field}.` };
      if (isFields(ours) && isFields(theirs)) yield* fieldChanges(inner ?? [], ours, theirs, deeper);
    } else if (!sameValue(ours, theirs)) {
      yield { ...inside, line: false, text: `is ${shown(theirs)}, would become ${shown(ours)}` };
    }
  }
}

function* lineChanges(schema: FieldSchema, identity: LineIdentity, sent: Value[], held: Value[]): Generator<Change> {
  const rows = (list: Value[]): Fields[] => list.map((row) => (isFields(row) ? row : {}));
  const name = schema.name;
  for (const pair of pairLines(rows(sent), rows(held), identity)) {
    const number = (pair.sent?.index ?? pair.held?.index ?? 0) + 1;
    const closed = pair.held !== undefined && isClosedLine(pair.held.line, identity);
    const place = { path: `${name}[${number}].`, field: `${name}.`, closed };
    if (pair.sent !== undefined && pair.held !== undefined)
      yield* fieldChanges(schema.fields ?? [], pair.sent.line, pair.held.line, place);
    else if (pair.sent !== undefined)
      yield { path: `${name}[${number}]`, field: name, closed, line: true, text: 'would be added' };
    else yield { path: `${name}[held ${number}]`, field: name, closed, line: true, text: 'would be removed' };
  }
}

function changesOf(resource: ResourceDeclaration, sent: Fields, held: Fields): Change[] {
  const found = [...fieldChanges(resource.fields, sent, held, { path: '', field: '', closed: false })];
  for (const identity of resource.updates?.lines ?? []) {
    const schema = resource.fields.find(({ name }) => name === identity.list);
    const [ours, theirs] = [sent[identity.list], held[identity.list]];
    if (schema === undefined || !Array.isArray(ours) || !Array.isArray(theirs)) continue;
    found.push(...lineChanges(schema, identity, ours, theirs));
  }
  return found;
}

/** Judges an update by what the resource declares. Pure. */
export function judgeUpdate(
  resource: ResourceDeclaration,
  sent: Fields,
  document: Pick<FoundDocument, 'value' | 'status'>,
  options: WriteOptions,
): UpdateJudgement {
  const rule = ruleFor(resource, document.status ?? '', options);
  const changes = changesOf(resource, sent, document.value);
  const permitted = ({ field, line, closed }: Change): boolean => {
    if (rule === undefined) return false;
    if (rule.fields === 'all') return !closed;
    return !line && rule.fields.includes(field);
  };
  const told = (list: readonly Change[]): Record<string, string> =>
    Object.fromEntries(
      list
        .slice(0, mostChanges)
        .map(({ path, text, closed }) => [path, closed ? `${text}, but the line is closed` : text]),
    );
  return { changes: told(changes), refused: told(changes.filter((change) => !permitted(change))) };
}

/** Whether an update would change anything: lines count where the resource says how to tell them apart. */
export function isChanged(target: DeliveryTarget, row: LedgerRow, document: FoundDocument): boolean {
  const { resource, options } = target;
  if (resource.updates !== undefined)
    return Object.keys(judgeUpdate(resource, row.value, document, options).changes).length > 0;
  return Object.keys(differencesFromTarget(row.value, document.value)).length > 0;
}

/** Why an update must not be sent, with all that differs; undefined where it may. `document` is what the target holds now. */
export function updateRefusal(
  target: DeliveryTarget,
  row: LedgerRow,
  document: FoundDocument | undefined,
): AppError | undefined {
  const { resource, options, connectionName } = target;
  const name = row.targetNumber ?? row.businessKey;
  const held = (why: string, fields: Record<string, string>): AppError =>
    new AppError(
      'delivery.changedAfterPosting',
      `${row.origin.label ?? name} changed after it was posted as ${name}, which ${why} in ${connectionName}.`,
      { fields, recordKey: row.recordKey },
    );
  if (document === undefined) return held('is no longer there', differences(row.postedValue ?? {}, row.value));
  const status = document.status ?? 'locked';
  if (resource.updates === undefined) {
    if (document.editable) return undefined;
    return held(`is ${status} and cannot be changed`, differences(row.postedValue ?? {}, row.value));
  }
  const { refused } = judgeUpdate(resource, row.value, document, options);
  const count = Object.keys(refused).length;
  if (count === 0) return undefined;
  const what = count === 1 ? 'one of its differences' : `${count} of its differences`;
  return held(`is ${status} and does not take ${what}`, refused);
}

/** What a document that is there already means for a write that would have created it; `row` names the document. */
export type Found =
  | { kind: 'update'; row: LedgerRow; documentId: string }
  | { kind: 'refused'; row: LedgerRow; error: AppError };

/** Judges a document found before the first write; undefined where the write neither updates it nor is refused to. */
export function judgeFound(target: DeliveryTarget, row: LedgerRow, finding: Finding): Found | undefined {
  const { mode, resource } = target;
  const documents = finding.kind === 'ours' ? [finding.document] : finding.kind === 'other' ? finding.documents : [];
  const [document] = documents;
  if (mode !== 'upsert' || resource.update === undefined || document === undefined || documents.length > 1)
    return undefined;
  if (!isChanged(target, row, document)) return undefined;
  const named = { ...row, ...(document.number === undefined ? {} : { targetNumber: document.number }) };
  const error = updateRefusal(target, named, document);
  if (error === undefined) return { kind: 'update', row: named, documentId: document.id };
  return document.editable || resource.updates !== undefined ? { kind: 'refused', row: named, error } : undefined;
}
