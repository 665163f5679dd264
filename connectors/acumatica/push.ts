/**
 * Push notifications: verifies the shared header and reads what changed. They are hints; the record is always fetched.
 * @source Integration Development Guide 2026 R1, push notification topics: one static header, no signature; TimeStamp beyond 2^53
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { WebhookDeclaration, WebhookEvent } from '../../engine/model/connector.ts';
import type { Fields } from '../../engine/model/record.ts';
import { asFields, asList, asText, parseLossless } from '../kit/json.ts';

/** Header that carries the shared secret; its name is chosen at the destination, this one is ours. */
const secretHeader = 'x-costwire-secret';

/** Resources by the name the query of the notification begins with. */
const queries: Readonly<Record<string, { resource: string; keys: readonly string[] }>> = {
  'COSTWIRE-Bills': { resource: 'bills', keys: ['Type', 'ReferenceNbr'] },
  'COSTWIRE-Payments': { resource: 'checks', keys: ['Type', 'ReferenceNbr'] },
  'COSTWIRE-Vendors': { resource: 'vendors', keys: ['VendorID'] },
  'COSTWIRE-Projects': { resource: 'projects', keys: ['ProjectID'] },
};

/** What the connector listens to. */
export const webhooks: WebhookDeclaration = {
  events: Object.entries(queries).map(([name, { resource }]) => ({ name, label: `${resource} changed`, resource })),
  secretHeader,
  secretField: 'webhookSecret',
  help: 'On the form Push Notifications (SM302000) add a webhook destination with the header x-costwire-secret and generic inquiries of these names.',
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Rows by key, so that a row in both lists counts once. */
function changedRows(body: Fields, keys: readonly string[]): Map<string, Fields> {
  const rows = new Map<string, Fields>();
  for (const name of ['Deleted', 'Inserted']) {
    for (const entry of asList(body[name]) ?? []) {
      const row = asFields(entry);
      if (row !== undefined) rows.set(keys.map((key) => asText(row[key]) ?? '').join('/'), row);
    }
  }
  return rows;
}

/** Ticks of 100 ns since year 1 as an ISO instant; undefined where it is none. */
function instantOf(ticks: string | undefined): string | undefined {
  if (ticks === undefined || !/^\d{17,19}$/.test(ticks)) return undefined;
  const ms = Number((BigInt(ticks) - 621_355_968_000_000_000n) / 10_000n);
  return Number.isFinite(ms) && ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** Verifies and reads a notification. Undefined: not authentic, or not a notification. */
export function readPush(
  headers: Readonly<Record<string, string>>,
  body: string,
  secret: string,
): WebhookEvent[] | undefined {
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === secretHeader)?.[1];
  if (secret === '' || given === undefined || !timingSafeEqual(digest(given), digest(secret))) return undefined;
  let notice: Fields | undefined;
  try {
    notice = asFields(parseLossless(body));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
  const id = asText(notice?.Id);
  const event = asText(notice?.Query);
  if (notice === undefined || id === undefined || event === undefined) return undefined;
  const { resource, keys } = (queries as Partial<typeof queries>)[event] ?? { resource: undefined, keys: [] };
  const at = instantOf(asText(notice.TimeStamp));
  const common = { event, ...(resource === undefined ? {} : { resource }), ...(at === undefined ? {} : { at }) };
  const rows = [...changedRows(notice, keys).keys()].filter(
    (key) => key !== '' && !key.startsWith('/') && !key.endsWith('/'),
  );
  if (rows.length === 0) return [{ id, ...common }];
  return rows.map((key) => ({ id: `${id}:${key}`, recordId: key, ...common }));
}
