/** What writes to Procore share: the origin option, bodies, and keeping writes to one record apart. */
import type { WriteOptionDeclaration, WriteOptions, WriteResult } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope, Value } from '../../engine/model/record.ts';
import { asFields, asText, type JsonBody, jsonNumber } from '../kit/json.ts';
import type { Query } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';

/** The option that writes the origin id. Off unless asked for: it locks several kinds of record. */
export const originOption = (warning: string): WriteOptionDeclaration => ({
  name: 'writeOrigin',
  label: 'Write the origin id',
  kind: 'boolean',
  default: false,
  help: 'Stores the ERP’s key in Procore, so that people see that the record is linked.',
  warning,
});

/** Whether the origin id shall be written. */
export const writesOrigin = (options: WriteOptions): boolean => options.writeOrigin === true;

const originNames = new Set(['origin_id', 'origin_data']);

/**
 * An id as version 1 takes it: a JSON number, digit by digit. Version 2 takes text.
 * @source https://developers.procore.com/documentation/rest-api-overview; types of the reference, such as `project_id` integer
 */
export const jsonId = (id: Value | undefined): JsonBody =>
  typeof id === 'string' && /^\d+$/.test(id) ? (jsonNumber(id) ?? id) : (id ?? null);

/** Fields that end like ids and are text. */
const textIds = new Set(['origin_id', 'external_payment_id', 'business_id']);
const isId = (name: string): boolean => name.endsWith('_id') && !textIds.has(name);

/**
 * Body of a record from the fields that may be written. Ids and whole numbers go as JSON numbers. Decimal fields go as text unless
 * `numbers` names them: most of Procore takes money as text, direct cost lines and budgets want JSON numbers.
 * @throws AppError data.badAmount
 */
export function bodyOf(
  schema: readonly FieldSchema[],
  value: Fields,
  options: WriteOptions,
  settings: { numbers?: readonly string[]; omit?: readonly string[] } = {},
): Record<string, JsonBody> {
  const body: Record<string, JsonBody> = {};
  for (const [name, given] of Object.entries(value)) {
    const field = schema.find((candidate) => candidate.name === name);
    const custom = /^custom_field_\d+$/.test(name);
    if ((field === undefined && !custom) || field?.readOnly === true || settings.omit?.includes(name)) continue;
    if (originNames.has(name) && !writesOrigin(options)) continue;
    if (field?.type === 'date') checkDay(given, field);
    if (isId(name)) body[name] = jsonId(given);
    else if (field?.type === 'integer' || settings.numbers?.includes(name) === true) body[name] = numberOf(given, name);
    else body[name] = given;
  }
  return body;
}

/**
 * Procore stores what is no date as blank and says nothing: it must never get there.
 * @throws AppError data.badDate
 * @source https://developers.procore.com/documentation/date-time (2026-06)
 */
export function checkDay(value: Value, { name, label }: Pick<FieldSchema, 'name' | 'label'>): void {
  if (value === null || value === '' || isCalendarDay(value)) return;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw new AppError(
    'data.badDate',
    `The field “${label}” holds “${shown}”, which is not a date. Procore would leave it blank without a word.`,
    { fields: { [name]: `“${shown}” is not a date` }, hint: 'Map a date such as 2026-06-30, then replay.' },
  );
}

function isCalendarDay(value: Value): boolean {
  const text = typeof value === 'string' ? value : '';
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** A decimal text as a JSON number. @throws AppError data.badAmount */
export function numberOf(value: Value | undefined, name: string): JsonBody {
  if (value === null || value === undefined || value === '') return null;
  const number = typeof value === 'string' ? jsonNumber(value) : undefined;
  if (number === undefined)
    throw new AppError('data.badAmount', `The field “${name}” holds “${String(value)}”, which is not a number.`);
  return number;
}

/** The project a write belongs to: that of the record, or its field `project_id`. @throws AppError data.badValue */
export function projectOf(value: Fields, scope: Scope | undefined, what: string): string {
  const projectId = asText(value.project_id) ?? (scope?.kind === 'project' ? scope.id : undefined);
  if (projectId !== undefined) return projectId;
  throw new AppError(
    'data.badValue',
    `To write ${what}, the field “project_id” must say which project it belongs to.`,
    {
      fields: { project_id: 'is empty' },
    },
  );
}

/** The record of an answer to a write. @throws AppError remote.badResponse */
export function writtenRow(value: Value, what: string): Fields & { id: string } {
  const row = asFields(asFields(value)?.data) ?? asFields(value);
  const id = asText(row?.id);
  if (row === undefined || id === undefined) {
    throw new AppError('remote.outcomeUnknown', `Procore took ${what}, but its answer names no id.`);
  }
  return { ...row, id };
}

/** What a write answers of a record: its id, and its number and status where it has them. */
export function writeResult(
  row: Fields,
  {
    number = asText(row.number),
    status = asText(row.status),
  }: { number?: string | undefined; status?: string | undefined } = {},
): WriteResult {
  return {
    id: asText(row.id) ?? '',
    value: row,
    ...(number === undefined ? {} : { number }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Refuses to take a record over from another integration. @throws AppError remote.conflict */
export function guardOrigin(current: Fields, wanted: Fields, options: WriteOptions, what: string): void {
  const there = asText(current.origin_id);
  const mine = asText(wanted.origin_id);
  if (!writesOrigin(options) || there === undefined || mine === undefined || there === mine) return;
  throw new AppError('remote.conflict', `${what} is already linked to “${there}” by another integration.`, {
    fields: { origin_id: `is “${there}” in Procore` },
    hint: 'Clear the origin id in the integration that owns it, or leave “Write the origin id” off.',
  });
}

/** A record whose header is in Procore, and whose rest failed. */
export interface Unfinished {
  /** Where it is removed. */
  path: string;
  operation: string;
  query?: Query;
  /** What is said where nobody knows how much of it is there. */
  unsure: string;
  /** What is said where it could not be removed. */
  stays: string;
}

/** What is to be said when a record could not be completed: a refused one is removed again where that is possible. */
export async function unfinished(client: ProcoreClient, record: Unfinished, reason: AppError): Promise<AppError> {
  if (reason.kind !== 'rejected' && reason.kind !== 'mapping')
    return new AppError('remote.outcomeUnknown', `${record.unsure} ${reason.message}`, { cause: reason });
  try {
    await client.http.delete(record.path, {
      operation: record.operation,
      ...(record.query === undefined ? {} : { query: record.query }),
      repeatable: true,
      accept: [404],
    });
    return reason;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return new AppError(reason.code, `${reason.message} ${record.stays}`, { cause: reason });
  }
}

/** Runs writes to one record one after another: Procore answers 409 to parallel ones. */
export function serialised<T>(client: ProcoreClient, record: string, write: () => Promise<T>): Promise<T> {
  const before = client.queues.get(record) ?? Promise.resolve();
  const mine = before.then(write, write);
  const end = mine.catch(() => undefined);
  client.queues.set(record, end);
  void end.then(() => {
    if (client.queues.get(record) === end) client.queues.delete(record);
  });
  return mine;
}

/** Repeats a write that Procore refused because somebody else writes to the same record just now. */
export async function overConflicts<T>(client: ProcoreClient, write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (thrown) {
      const parallel = thrown instanceof AppError && thrown.code === 'remote.conflict' && thrown.remote?.status === 409;
      if (!parallel || attempt >= 5) throw thrown;
      const waitMs = 500 * attempt + Math.floor(client.context.random() * 500);
      client.context.onWait?.({ reason: 'retry', waitMs, detail: 'Somebody else changes the record just now.' });
      await client.context.sleep(waitMs);
    }
  }
}
