/** Writes of records without lines: found in one list, made and changed by one call each. */
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  UpdateOperation,
  WriteOptions,
  WriteResult,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { asFields, asText, type JsonBody } from '../../kit/json.ts';
import type { Query } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { type Listing, listAll } from '../pages.ts';
import { bodyOf, guardOrigin, projectOf, serialised, writtenRow } from '../writing.ts';

/** How records of a kind are written. `where` is the id of their project or company. */
export interface FlatRecords {
  /** One of them in messages, such as `cost code`. */
  what: string;
  scope: 'company' | 'project';
  fields: readonly FieldSchema[];
  /** Address of their list, to which new ones are posted. */
  path: (where: string) => string;
  /** Query of every read. */
  query: (where: string) => Query;
  /** What the list alone is asked for beside it. */
  listed?: Query;
  /** Query of every write. */
  asked?: (where: string) => Query;
  /** What a record adds to the query of reads and stands beside it in the body, such as the list it belongs to. */
  ofValue?: (value: Fields) => { query: Query; body: Record<string, JsonBody> };
  /** Fields with another name where they are written. */
  renamed?: Readonly<Record<string, string>>;
  /** Name the record is wrapped in. */
  wrapper: string;
  /** What stands beside the record in the body. */
  beside: (where: string) => Record<string, JsonBody>;
  /** Fields that do not belong into the body. */
  omit: readonly string[];
  /** Fields that Procore takes in one of the two calls only. */
  notCreated?: readonly string[];
  notUpdated?: readonly string[];
  /** Decimal fields that Procore wants as JSON numbers. */
  numbers?: readonly string[];
  /** Whether a row is the record that a value means, where no origin id says so. */
  same: (row: Fields, value: Fields) => boolean;
  number: (row: Fields) => string | undefined;
  status?: (row: Fields) => string | undefined;
  /** Whether a record is final: it is released, and no longer changed. Without it, records always are the one and never the other. */
  locked?: (row: Fields) => boolean;
  /** Fields that every update must carry, taken from the record where the value has none. */
  always?: readonly string[];
}

const resultOf = (kind: FlatRecords, row: Fields): WriteResult => {
  const number = kind.number(row);
  const status = kind.status?.(row);
  return {
    id: asText(row.id) ?? '',
    value: row,
    ...(number === undefined ? {} : { number }),
    ...(status === undefined ? {} : { status }),
  };
};

const foundOf = (kind: FlatRecords, row: Fields): FoundDocument => ({
  ...resultOf(kind, row),
  value: row,
  editable: kind.locked?.(row) !== true,
  released: kind.locked?.(row) ?? true,
});

/** Find, create and update of records without lines. */
export function flatWrites(kind: FlatRecords): {
  find: FindOperation<ProcoreClient>;
  create: CreateOperation<ProcoreClient>;
  update: UpdateOperation<ProcoreClient>;
} {
  const whereOf = (client: ProcoreClient, value: Fields, scope: Scope | undefined): string =>
    kind.scope === 'company' ? client.companyId : projectOf(value, scope, `a ${kind.what}`);
  const nameOf = (value: Fields): string => `${kind.what} ${kind.number(value) ?? ''}`.trim();
  const settingsFor = (others: readonly string[] = []) => ({
    omit: [...kind.omit, ...others],
    ...(kind.numbers === undefined ? {} : { numbers: kind.numbers }),
  });
  const written = (value: Fields, options: WriteOptions, others?: readonly string[]): Record<string, JsonBody> => {
    const body = bodyOf(kind.fields, value, options, settingsFor(others));
    return Object.fromEntries(Object.entries(body).map(([name, given]) => [kind.renamed?.[name] ?? name, given]));
  };
  const asked = (where: string): { query?: Query } => (kind.asked === undefined ? {} : { query: kind.asked(where) });
  return {
    find: async (client, value, scope) => {
      const where = whereOf(client, value, scope);
      const listing: Listing = {
        path: kind.path(where),
        operation: `look ${nameOf(value)} up`,
        query: { ...kind.query(where), ...kind.ofValue?.(value).query, ...kind.listed },
      };
      const rows = [...(await listAll(client, listing, client.context.signal)).values()];
      const originId = asText(value.origin_id);
      const linked = rows.filter((row) => originId !== undefined && asText(row.origin_id) === originId);
      const hits = linked.length > 0 ? linked : rows.filter((row) => kind.same(row, value));
      return hits.map((row) => foundOf(kind, row));
    },
    create: async (client, value, options, scope) => {
      const where = whereOf(client, value, scope);
      const { value: answer } = await client.http.post(kind.path(where), {
        operation: `create ${nameOf(value)}`,
        ...asked(where),
        body: {
          ...kind.beside(where),
          ...kind.ofValue?.(value).body,
          [kind.wrapper]: written(value, options, kind.notCreated),
        },
      });
      return resultOf(kind, writtenRow(answer, nameOf(value)));
    },
    update: (client, id, value, options, scope) =>
      serialised(client, `${kind.what} ${id}`, async () => {
        const where = whereOf(client, value, scope);
        const address = `${kind.path(where)}/${encodeURIComponent(id)}`;
        const { value: answered } = await client.http.get(address, {
          operation: `read ${nameOf(value)}`,
          query: { ...kind.query(where), ...kind.ofValue?.(value).query },
        });
        const current = asFields(answered) ?? {};
        guardOrigin(current, value, options, `The ${nameOf(value)}`);
        if (kind.locked?.(current) === true) {
          const text = `The ${nameOf(value)} is ${kind.status?.(current) ?? 'final'}, so it is not changed any more.`;
          throw new AppError('remote.rejected', text, {
            hint: 'Set it back to draft in Procore, or make another one.',
          });
        }
        const kept = Object.fromEntries((kind.always ?? []).map((name) => [name, current[name] ?? null]));
        const { value: answer } = await client.http.patch(address, {
          operation: `update ${nameOf(value)}`,
          ...asked(where),
          body: {
            ...kind.beside(where),
            ...kind.ofValue?.(value).body,
            [kind.wrapper]: { ...kept, ...written(value, options, kind.notUpdated) },
          },
          repeatable: true,
        });
        return resultOf(kind, writtenRow(answer, nameOf(value)));
      }),
  };
}
