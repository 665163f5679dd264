/** One text per content: what hashes of deliveries, flows, tables and the audit chain are taken over. */
import { createHash } from 'node:crypto';

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** JSON with keys in code-unit order and without absent fields: the same content gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields: Readonly<Record<string, unknown>> = { ...value };
    let text = '';
    for (const key of Object.keys(fields).sort(byCodeUnits)) {
      const entry = fields[key];
      if (entry !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(entry)}`;
    }
    return `{${text}}`;
  }
  return value === undefined ? 'null' : JSON.stringify(value);
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Hash of a value's canonical JSON. */
export const contentHash = (value: unknown): string => sha256(canonicalJson(value));

/** Text of a stored JSON column as the type it was written with: the edge where the database's word is taken. */
export function readJson<T>(text: string): T {
  return JSON.parse(text);
}

/** The same for a column that may be empty. */
export const readOptionalJson = <T>(text: string | null): T | undefined =>
  text === null ? undefined : readJson<T>(text);

/** JSON for a column, NULL where there is nothing. */
export const writeOptionalJson = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value);
