/**
 * Whether an entity's filters can be believed. Some tenants answer filters on anything but the keys of purchase orders with an empty list
 * although there are rows: taken at its word, that would post orders twice and read none. So it is tried with a row that is there.
 * @source notes of an integrator on a live 25 R2 tenant; no documentation
 */
import { asFields, asText } from '../../kit/json.ts';
import { type AcumaticaClient, instantLiteral, literal } from '../client.ts';

const verdicts = new WeakMap<AcumaticaClient, Map<string, Promise<boolean>>>();

/** A filter that every row with these values fits. */
const sureFilter = (field: string, value: string): string =>
  `${field} eq ${literal(value)} and LastModifiedDateTime ge ${instantLiteral('1990-01-01T00:00:00Z')}`;

async function tryOut(client: AcumaticaClient, entity: string, field: string): Promise<boolean> {
  const [row] = await client.list(entity, { select: [field], top: 1 });
  const value = asText(asFields(asFields(row)?.[field])?.value)?.trim();
  // Where there is no row nothing can be missed.
  if (value === undefined) return true;
  return (await client.list(entity, { filter: sureFilter(field, value), select: [field], top: 1 })).length > 0;
}

/**
 * Whether filters of an entity find what is there; tried once per client, with two requests.
 * @param field a text field beside the keys.
 * @throws AppError remote.*
 */
export function filtersWork(client: AcumaticaClient, entity: string, field: string): Promise<boolean> {
  const known = verdicts.get(client) ?? new Map<string, Promise<boolean>>();
  verdicts.set(client, known);
  const verdict = known.get(entity) ?? tryOut(client, entity, field);
  known.set(entity, verdict);
  // What failed is tried again the next time.
  verdict.catch(() => known.delete(entity));
  return verdict;
}
