/** The files that source records name, as wishes of a write. */
import { valueAt } from '../model/business-key.ts';
import { AppError } from '../model/error.ts';
import type { SourceRecord, Value, WireRecord } from '../model/record.ts';
import { isFields } from './deliver-key.ts';
import type { BoundClient } from './execute-clients.ts';
import type { FileWish } from './ports.ts';

const textOf = (value: Value | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function wishOf(entry: Value, source: SourceRecord, bound: BoundClient): FileWish | undefined {
  if (!isFields(entry)) return undefined;
  const { connector, client } = bound;
  const [id, url, name] = [textOf(entry.id), textOf(entry.url), textOf(entry.name)];
  if (id === undefined || url === undefined) return undefined;
  const reference = { id, url, origin: source.origin, ...(name === undefined ? {} : { name }) };
  return {
    source: `${connector.id}/${id}`,
    reference,
    async fetch(signal) {
      if (connector.fetchFile === undefined)
        throw new AppError('flow.unknownResource', `${connector.title} cannot hand over files.`);
      return connector.fetchFile(client, reference, signal);
    },
  };
}

/**
 * Files in the field `path` of the records that a document was made of, each once.
 * @param boundTo the client that a read node reads with.
 */
export function filesOf(
  record: WireRecord,
  path: string,
  boundTo: (readNodeId: string) => BoundClient | undefined,
): FileWish[] {
  if (path === '') return [];
  const wishes = new Map<string, FileWish>();
  for (const source of record.sources ?? []) {
    const list = valueAt(source.value, path);
    const bound = Array.isArray(list) && list.length > 0 ? boundTo(source.nodeId) : undefined;
    if (bound === undefined || !Array.isArray(list)) continue;
    for (const entry of list) {
      const wish = wishOf(entry, source, bound);
      if (wish !== undefined) wishes.set(wish.source, wish);
    }
  }
  return [...wishes.values()];
}
