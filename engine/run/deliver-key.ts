/** Pure parts of delivery: business keys, amounts and vendors of documents, and what differs between two of them. */

import { normalizeInvoiceNumber, normalizeName, valueAt } from '../model/business-key.ts';
import type { ResourceDeclaration } from '../model/connector.ts';
import { compare, format, negate, tryParse } from '../model/decimal.ts';
import { sumAmounts } from '../model/money.ts';
import type { Fields, Value } from '../model/record.ts';

/** Text of a scalar at a path; undefined for blanks, lists and records. */
export function textAt(value: Fields, path: string | undefined): string | undefined {
  const found = path === undefined ? undefined : valueAt(value, path);
  if (typeof found === 'boolean') return String(found);
  return typeof found === 'string' && found.trim() !== '' ? found : undefined;
}

/** The business key of a document, or the field that is missing for it. */
export type BusinessKey = { key: string } | { missing: string };

const normalizers = {
  exact: (text: string) => text,
  'invoice-number': normalizeInvoiceNumber,
  name: normalizeName,
} as const;

/**
 * The business key by the resource's declaration. The number or name is compared normalised as declared; vendors and other
 * codes in the key stay as they are, since their zeros mean something.
 */
export function businessKeyOf(resource: ResourceDeclaration, value: Fields): BusinessKey {
  const { fields = [], blankable = [] } = resource.key ?? {};
  const number = resource.roles?.number;
  const normalize = normalizers[resource.key?.normalize ?? 'exact'];
  const numberInKey = number !== undefined && fields.includes(number);
  const parts: string[] = [];
  for (const field of fields) {
    const text = textAt(value, field)?.trim();
    const normalized = text !== undefined && (field === number || !numberInKey) ? normalize(text) : text;
    if ((normalized === undefined || normalized === '') && !blankable.includes(field)) return { missing: field };
    parts.push((normalized ?? '').replaceAll('\\', '\\\\').replaceAll('|', '\\|'));
  }
  return parts.every((part) => part === '') ? { missing: fields[0] ?? 'key' } : { key: parts.join(' | ') };
}

/** The amount of a document: its header field or, where that is blank, the sum of its lines. Undefined where neither is there. */
export function documentAmount(resource: ResourceDeclaration, value: Fields): string | undefined {
  const declared = resource.amount;
  if (declared === undefined) return undefined;
  const header = textAt(value, declared.field);
  if (header !== undefined) return tryParse(header) === undefined ? undefined : header;
  const lines = declared.lines === undefined ? undefined : valueAt(value, declared.lines.list);
  if (declared.lines === undefined || !Array.isArray(lines)) return undefined;
  const amounts: string[] = [];
  for (const line of lines) {
    const amount = isFields(line) ? textAt(line, declared.lines.field) : undefined;
    if (amount === undefined || tryParse(amount) === undefined) return undefined;
    amounts.push(amount);
  }
  return sumAmounts(amounts);
}

/** Whether a document lowers what is owed, by its type: its amounts are written positive and count negative. */
export function isReducing(resource: ResourceDeclaration, value: Fields): boolean {
  const { documentType, reducingTypes = [] } = resource.roles ?? {};
  const type = documentType === undefined ? undefined : textAt(value, documentType);
  return type !== undefined && reducingTypes.includes(type);
}

/** An amount of a document as it counts in totals and beside the source's. */
export const signedAmount = (amount: string, reducing: boolean): string => {
  const parsed = reducing ? tryParse(amount) : undefined;
  return parsed === undefined ? amount : format(negate(parsed));
};

/** What a document adds to the ledger: its {@link documentAmount}, negative where it lowers what is owed. */
export function countedAmount(resource: ResourceDeclaration, value: Fields): string | undefined {
  const amount = documentAmount(resource, value);
  return amount === undefined ? undefined : signedAmount(amount, isReducing(resource, value));
}

/** Whether two decimal texts are the same amount; `1.5` and `1.50` are. */
export function sameAmount(a: string, b: string): boolean {
  const [x, y] = [tryParse(a), tryParse(b)];
  return x !== undefined && y !== undefined && compare(x, y) === 0;
}

/** Whether a value is a record. */
export const isFields = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Most differences that a message lists. */
const maxDifferences = 40;

const shown = (value: Value | undefined): string => {
  if (value === undefined || value === null || value === '') return 'blank';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};

const sameScalar = (a: Value | undefined, b: Value | undefined): boolean => {
  if (a === b || (shown(a) === 'blank' && shown(b) === 'blank')) return true;
  return typeof a === 'string' && typeof b === 'string' && sameAmount(a, b);
};

/** Field path → “was …, is now …” for everything that differs; amounts are compared by value. */
export function differences(before: Fields, after: Fields): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string, old: Value | undefined, current: Value | undefined): void => {
    if (Object.keys(found).length >= maxDifferences) return;
    if (Array.isArray(old) && Array.isArray(current)) {
      const length = Math.max(old.length, current.length);
      for (let index = 0; index < length; index += 1) visit(`${path}[${index + 1}]`, old[index], current[index]);
    } else if (isFields(old) && isFields(current)) {
      const names = new Set([...Object.keys(old), ...Object.keys(current)]);
      for (const name of names) visit(path === '' ? name : `${path}.${name}`, old[name], current[name]);
    } else if (!sameScalar(old, current)) {
      found[path] = `was ${shown(old)}, is now ${shown(current)}`;
    }
  };
  visit('', before, after);
  return found;
}

/** The same for a document of the target: only fields that we send are compared, the target adds its own. */
export function differencesFromTarget(sent: Fields, held: Fields): Record<string, string> {
  const compared: Fields = {};
  for (const name of Object.keys(sent)) if (held[name] !== undefined) compared[name] = held[name];
  const known = Object.fromEntries(Object.entries(sent).filter(([name]) => compared[name] !== undefined));
  const scalars = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value !== 'object' || value === null));
  return differences(scalars(compared), scalars(known));
}
