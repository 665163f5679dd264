/** Lists of codes that target systems have, for the columns of a table that name one. Read from the live system and kept a while. */
import { valueAt } from '../../model/business-key.ts';
import type { Connection } from '../../model/connection.ts';
import type { Resource } from '../../model/connector.ts';
import { toAppError } from '../../model/error.ts';

import type { CodeList, TargetCode } from '../contract.ts';
import { withClient } from './connections.ts';
import type { ServiceContext } from './context.ts';
import { requiredTable, usesOfTables } from './table-view.ts';

/** How long a list counts as new. */
const keptMs = 10 * 60_000;
/** Longest time for reading one. */
const longestMs = 120_000;
/** Most codes of a list: charts of accounts and cost codes are far below. */
const mostCodes = 50_000;

type Read = Omit<CodeList, 'column'>;

/** Lists by connection and resource, for as long as the host runs. */
export class CodeLists {
  private readonly kept = new Map<string, Promise<Read>>();
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** Lists for the columns of a table. @throws AppError mapping.unknownTable */
  async of(id: string, options: { fresh: boolean }): Promise<CodeList[]> {
    const { schema } = await requiredTable(this.context, id);
    const connections = await this.connectionsOf(id);
    const lists: CodeList[] = [];
    for (const { name, validates } of schema.targets) {
      if (validates === undefined) continue;
      const source = connections
        .map((connection) => ({ connection, resource: this.resourceOf(connection, validates) }))
        .find(({ resource }) => resource !== undefined);
      if (source?.resource === undefined) continue;
      lists.push({ column: name, ...(await this.read(source.connection, source.resource, options)) });
    }
    return lists;
  }

  /** Connections of the flows that use a table, each once. */
  private async connectionsOf(table: string): Promise<Connection[]> {
    const { bindings, connections } = this.context.workspace;
    const uses = (await usesOfTables(this.context)).get(table) ?? [];
    const bound = await bindings.all();
    const ids = new Set(uses.flatMap(({ flowId }) => Object.values(bound[flowId]?.slots ?? {})));
    return (await connections.list()).filter((connection) => ids.has(connection.id));
  }

  private resourceOf(connection: Connection, id: string): Resource<unknown> | undefined {
    const connector = this.context.connectors.find((candidate) => candidate.id === connection.connector);
    return connector?.resources.find((resource) => resource.id === id && resource.codes !== undefined);
  }

  private async read(
    connection: Connection,
    resource: Resource<unknown>,
    { fresh }: { fresh: boolean },
  ): Promise<Read> {
    const key = `${connection.id} ${resource.id}`;
    const known = await this.kept.get(key);
    if (!fresh && known !== undefined && Date.now() - Date.parse(known.readAt) < keptMs) return known;
    const reading = this.ask(connection, resource);
    this.kept.set(key, reading);
    const read = await reading;
    // What could not be read is asked for again.
    if (read.error !== undefined) this.kept.delete(key);
    return read;
  }

  private async ask(connection: Connection, resource: Resource<unknown>): Promise<Read> {
    const found = { connection: connection.name, title: resource.title, readAt: new Date().toISOString() };
    // Not that of a window: others wait for the same list.
    const signal = AbortSignal.timeout(longestMs);
    try {
      return {
        ...found,
        codes: await withClient(this.context, connection, {}, signal, (client) => codesIn(client, resource, signal)),
      };
    } catch (thrown) {
      return {
        ...found,
        codes: [],
        error: toAppError(thrown, `reading ${resource.title} of "${connection.name}"`).toJSON(),
      };
    }
  }
}

/** Codes of a resource. @throws AppError remote.* */
async function codesIn(client: unknown, resource: Resource<unknown>, signal: AbortSignal): Promise<TargetCode[]> {
  const { codes: declared, read } = resource;
  const codes = new Map<string, TargetCode>();
  if (declared === undefined || read === undefined) return [];
  const { code, name, usable } = declared;
  for await (const event of read(client, { signal })) {
    if (event.kind === 'scope-failed') throw event.error;
    if (event.kind !== 'page') continue;
    for (const { value } of event.records) {
      const text = String(valueAt(value, code) ?? '').trim();
      const state = usable === undefined ? undefined : String(valueAt(value, usable.field) ?? '');
      if (text !== '')
        codes.set(text, {
          code: text,
          name: name === undefined ? '' : String(valueAt(value, name) ?? ''),
          usable: usable === undefined || state === undefined || usable.values.includes(state),
        });
    }
    if (codes.size >= mostCodes) break;
  }
  return [...codes.values()];
}
