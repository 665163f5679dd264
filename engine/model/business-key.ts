/** Values that make up business keys: what people find a document by, such as vendor + invoice number. */
import type { Fields, Value } from './record.ts';

/** An invoice number without case, blanks, punctuation and leading zeros: two that agree in this are taken for the same. */
export const normalizeInvoiceNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .toLocaleUpperCase('en-US')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .replace(/^0+(?=.)/, '');

/** The value at a dotted path of a record; undefined where a part is missing. */
export function valueAt(fields: Fields, path: string): Value | undefined {
  if (!path.includes('.')) return fields[path];
  let value: Value | undefined = fields;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    value = value[part];
  }
  return value;
}
