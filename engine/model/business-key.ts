/** Values that make up business keys: what people find a document by, such as vendor + invoice number. */
import type { Fields, Value } from './record.ts';

/**
 * A number as people mean it: without case, accents, blanks, punctuation, and the zeros that lead a run of digits. Two that agree in
 * this are taken for the same document by delivery, duplicate checks, connectors and the formula `NORMALIZE` alike. Blank for a text
 * without letters and digits: such a text identifies nothing.
 * @example normalizeInvoiceNumber(' inv-00 123/a') // 'INV123A'
 */
export const normalizeInvoiceNumber = (text: string): string =>
  text
    // Before and after: an ordinal sign is a small letter underneath, and some capitals come with their accent apart.
    .normalize('NFKD')
    .toUpperCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replace(/(?<!\d)0+(?=\d)/g, '');

/**
 * A name of a company or person as people compare it: without case, accents, punctuation and surplus blanks. Unlike in a number every
 * digit counts: “Area 05” and “Area 5” may be two vendors. Blank for a text without letters and digits.
 * @example normalizeName("o'neil  &  Sons.") // 'ONEIL SONS'
 */
export const normalizeName = (text: string): string =>
  text
    .normalize('NFKD')
    .toUpperCase()
    .normalize('NFKD')
    .replace(/[\p{M}.'’`´]+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

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
