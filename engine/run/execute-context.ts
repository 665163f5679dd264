/** What running nodes may use: tables of this run, reads through the run's clients, and codes a system knows. */
import { valueAt } from '../model/business-key.ts';
import type { ReadEvent, ReadRequest } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { ProposedRow } from '../model/mapping-table.ts';
import type { Value } from '../model/record.ts';
import { knownKey } from '../nodes/check-known.ts';
import type { KnownFilter, NodeContext } from '../nodes/node.ts';
import type { RunClients } from './execute-clients.ts';
import type { FlowPlan } from './plan.ts';

/** What a run gives its nodes beside the plan. */
export interface ContextOptions {
  runId: string;
  signal: AbortSignal;
  today: string;
  parameterValues: Readonly<Record<string, Value>>;
  clients: RunClients;
  onProposal(row: ProposedRow): void;
}

/** Makes the context of a run's nodes. */
export function nodeContext(plan: FlowPlan, options: ContextOptions): NodeContext {
  const { clients, signal, today } = options;
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  const read = (slot: string, resource: string, request: Omit<ReadRequest, 'signal'>): AsyncIterable<ReadEvent> => {
    const bound = clients.forSlot(slot);
    const declared = bound.connector.resources.find((candidate) => candidate.id === resource);
    if (declared?.read === undefined)
      throw new AppError(
        'flow.unknownResource',
        `${bound.connector.title} has no resource “${resource}” that can be read.`,
      );
    return declared.read(bound.client, { ...request, signal });
  };
  return {
    ...plan.context,
    runId: options.runId,
    signal,
    today,
    parameterValues: options.parameterValues,
    tableVersion: (table) => plan.tables.get(table)?.version ?? 0,
    lookup: (table, keys, on) => plan.tables.get(table)?.find(keys, on ?? today),
    propose: options.onProposal,
    read,
    known: (slot, resource, fields, only) => {
      const id = JSON.stringify([slot, resource, fields, only?.id ?? '']);
      const found = known.get(id) ?? collect(read(slot, resource, {}), fields, only);
      known.set(id, found);
      return found;
    },
  };
}

/** @throws AppError of the read, also where a scope could not be read: an incomplete list must not hold good records. */
async function collect(
  events: AsyncIterable<ReadEvent>,
  fields: readonly string[],
  only: KnownFilter | undefined,
): Promise<ReadonlySet<string>> {
  const values = new Set<string>();
  for await (const event of events) {
    if (event.kind === 'scope-failed') throw event.error;
    if (event.kind !== 'page') continue;
    for (const record of event.records) {
      const found = fields.map((field) => valueAt(record.value, field));
      const codes = found.filter((value) => typeof value === 'string' && value !== '').map(String);
      if (codes.length === fields.length && (only === undefined || only.passes(record.value)))
        values.add(knownKey(codes));
    }
  }
  return values;
}
