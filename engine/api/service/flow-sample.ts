/**
 * A sample: a few real records travel through the document on the canvas, dry, and what left each port is kept. The same plan and
 * pipeline as a run; only the reads stop early, nothing is recorded and no watermark moves.
 */
import type { Connection } from '../../model/connection.ts';
import type { Connector, ReadEvent, Resource } from '../../model/connector.ts';
import { AppError, type AppErrorData, toAppError } from '../../model/error.ts';
import type { MappingTableVersion } from '../../model/mapping-table.ts';
import type { WireRecord } from '../../model/record.ts';
import type { RecordOutcome, Voucher } from '../../model/run.ts';
import { nodeKinds } from '../../nodes/index.ts';
import type { BatchResult, NodeKind, NodeRunner } from '../../nodes/node.ts';
import { readSetup } from '../../nodes/read.ts';
import { discoverResources } from '../../run/discover.ts';
import { execute } from '../../run/execute.ts';
import { type ClientHost, connectSlots } from '../../run/execute-clients.ts';
import { type FlowPlan, planFlow } from '../../run/plan.ts';
import type { Deliverer, RunRecorder } from '../../run/ports.ts';
import { localDate } from '../../run/run-flow.ts';
import type { FlowSample } from '../contract.ts';
import type { SampleOrder } from './engine.ts';

/** Most records read per source in search of some that meet its condition. */
const mostRead = 200;
const runId = 'sample';

/** What sampling works with. */
export interface SampleParts {
  connections: Readonly<Record<string, Connection | undefined>>;
  tables: readonly MappingTableVersion[];
  connectors: readonly Connector[];
  clients: ClientHost;
  deliverer: Deliverer;
}

/** What was seen on the way. */
class Sightings {
  readonly outputs: Record<string, WireRecord[]> = {};
  readonly sources = new Map<string, WireRecord[]>();
  readonly settled: RecordOutcome[] = [];
  readonly vouchers: Voucher[] = [];
  readonly failures: { nodeId: string; error: AppErrorData }[] = [];

  left(nodeId: string, port: string, records: readonly WireRecord[]): void {
    const name = `${nodeId}.${port}`;
    this.outputs[name] = [...(this.outputs[name] ?? []), ...records];
  }

  /** Number of records of a source that did not meet its condition so far. */
  failed(nodeId: string): number {
    return this.settled.filter((outcome) => outcome.nodeId === nodeId).length;
  }

  /** Records of a source that met its condition so far. */
  passed(nodeId: string): WireRecord[] {
    const ended = new Set(this.settled.filter((outcome) => outcome.nodeId === nodeId).map((outcome) => outcome.key));
    return (this.sources.get(nodeId) ?? []).filter((record) => !ended.has(record.key));
  }
}

/**
 * Samples a document.
 * @throws AppError flow.notReady where the document has blocking problems
 */
export async function sampleFlow(order: SampleOrder, parts: SampleParts): Promise<FlowSample> {
  const seen = new Sightings();
  const kinds = nodeKinds.map((kind) => watched(kind, seen));
  const { document } = order;
  const { connections, tables } = parts;
  const found = await discoverResources(document, connections, parts.clients, order.signal);
  const { plan, problems } = planFlow({ document, ...found, connections, tables, kinds });
  if (plan === undefined) {
    const first = problems.find((problem) => problem.severity === 'blocking');
    const place = first?.nodeId === undefined ? {} : { nodeId: first.nodeId };
    const text = first?.message ?? 'The flow cannot be sampled yet.';
    throw new AppError('flow.notReady', text, { ...(first === undefined ? {} : { hint: first.hint }), ...place });
  }
  const connectors = limited(found.connectors, plan, order, seen);
  const controller = new AbortController();
  const cancel = () => controller.abort(order.signal.reason);
  order.signal.addEventListener('abort', cancel, { once: true });
  const clients = await connectSlots(document, connections, { ...parts.clients, connectors }, controller.signal, {
    onExchange: () => undefined,
    onWait: () => undefined,
  });
  try {
    const result = await execute({
      plan,
      kind: 'dry',
      identity: { runId, flowId: document.id, flowVersion: document.version, tableVersions: {}, startedBy: runId },
      parameterValues: parametersOf(order),
      today: localDate(parts.clients.now()),
      clients,
      deliverer: parts.deliverer,
      recorder: watcher(seen),
      watermarks: { read: async () => ({}), advance: async () => undefined },
      controller,
      now: () => parts.clients.now(),
      onEvent: (event) => {
        if (event.type === 'scopeFailed') seen.failures.push({ nodeId: event.nodeId, error: event.error });
      },
      onVoucher: async (voucher) => void seen.vouchers.push(voucher),
    });
    if (result.error !== undefined) {
      seen.failures.push({ nodeId: result.error.nodeId ?? '', error: result.error.toJSON() });
    }
  } catch (thrown) {
    seen.failures.push({ nodeId: '', error: toAppError(thrown, 'sampling the flow').toJSON() });
  } finally {
    order.signal.removeEventListener('abort', cancel);
    await clients.close();
  }
  return sampleOf(seen);
}

function sampleOf(seen: Sightings): FlowSample {
  for (const nodeId of seen.sources.keys()) seen.left(nodeId, 'out', seen.passed(nodeId));
  const { outputs, settled, vouchers, failures } = seen;
  // What a source passed over is no news in a sample; what ended later on is.
  const told = settled.filter((outcome) => outcome.status !== 'skipped' || !seen.sources.has(outcome.nodeId));
  const lean = (records: readonly WireRecord[]) => records.map(({ sources: _sources, ...record }) => record);
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([port, records]) => [port, lean(records)])),
    settled: told,
    vouchers,
    failures,
    fetchedAt: new Date().toISOString(),
  };
}

function parametersOf({ document, bindings }: SampleOrder) {
  return Object.fromEntries(
    Object.entries(document.parameters).map(([name, parameter]) => [
      name,
      bindings.parameters[name] ?? parameter.default ?? null,
    ]),
  );
}

/** A node kind that shows what leaves its runners. */
function watched(kind: NodeKind, seen: Sightings): NodeKind {
  const { compile } = kind;
  if (compile === undefined) return kind;
  return {
    ...kind,
    compile(node, inputs, context) {
      const runner = compile.call(kind, node, inputs, context);
      const note = (result: BatchResult): BatchResult => {
        for (const [port, records] of Object.entries(result.out)) seen.left(node.id, port, records);
        for (const { record, port } of result.settled ?? []) if (port !== undefined) seen.left(node.id, port, [record]);
        return result;
      };
      const shown: NodeRunner = { push: async (batch, port) => note(await runner.push(batch, port)) };
      if (runner.end !== undefined) {
        shown.end = function* (port) {
          for (const result of runner.end?.(port) ?? []) yield note(result);
        };
      }
      return shown;
    },
  };
}

/** A recorder that keeps nothing but what the sample shows. */
const watcher = (seen: Sightings): RunRecorder => ({
  start: async () => undefined,
  sources: (_run, nodeId, records) => void seen.sources.set(nodeId, [...(seen.sources.get(nodeId) ?? []), ...records]),
  known: async (_run, nodeId, keys) => {
    const taken = new Set(seen.sources.get(nodeId)?.map(({ key }) => key));
    return new Set(keys.filter((key) => taken.has(key)));
  },
  parts: () => undefined,
  settle: (outcome) => void seen.settled.push(outcome),
  exchange: () => undefined,
  event: () => undefined,
  vouchers: () => undefined,
  flush: async () => undefined,
  finish: async () => undefined,
});

/** Connectors whose sources of this flow end early, or answer with the pinned records. Everything else reads as always. */
function limited(connectors: readonly Connector[], plan: FlowPlan, order: SampleOrder, seen: Sightings): Connector[] {
  const sources = plan.nodes.flatMap(({ node, kind, reference }) => {
    if (kind.kind !== 'read') return [];
    const { slot, resource } = readSetup(node);
    return [{ nodeId: node.id, connector: order.document.slots[slot]?.connector, resource, reference }];
  });
  return connectors.map((connector) => ({
    ...connector,
    resources: connector.resources.map((resource) => {
      const source = sources.find((each) => each.connector === connector.id && each.resource === resource.id);
      if (source === undefined) return resource;
      return source.reference
        ? shownResource(resource, source.nodeId, order.limit, seen)
        : limitedResource(resource, source.nodeId, order, seen);
    }),
  }));
}

/** Reference data is read in full, or nothing would be found in it; the first records are shown. */
function shownResource(resource: Resource<unknown>, nodeId: string, limit: number, seen: Sightings) {
  const { read } = resource;
  if (read === undefined) return resource;
  return {
    ...resource,
    async *read(client: unknown, request: Parameters<typeof read>[1]): AsyncGenerator<ReadEvent> {
      for await (const event of read(client, request)) {
        const missing = limit - (seen.outputs[`${nodeId}.out`]?.length ?? 0);
        if (event.kind === 'page' && missing > 0) {
          const shown = event.records.slice(0, missing);
          seen.left(
            nodeId,
            'out',
            shown.map(({ id, value, origin }) => ({ key: id, value, origin })),
          );
        }
        yield event;
      }
    },
  };
}

function limitedResource(resource: Resource<unknown>, nodeId: string, order: SampleOrder, seen: Sightings) {
  const { read } = resource;
  const pinned = order.pinned[nodeId];
  if (read === undefined) return resource;
  return {
    ...resource,
    async *read(client: unknown, request: Parameters<typeof read>[1]): AsyncGenerator<ReadEvent> {
      if (pinned !== undefined) {
        yield { kind: 'page', records: pinned.map(({ value, origin }) => ({ id: origin.id, value, origin })) };
        return;
      }
      let count = 0;
      for await (const event of read(client, { ...request, limit: mostRead })) {
        if (event.kind !== 'page') {
          yield event;
          continue;
        }
        // One by one: the engine asks one page ahead, and no more shall be sampled than was asked for.
        for (const record of event.records) {
          if (count - seen.failed(nodeId) >= order.limit || count >= mostRead) return;
          count += 1;
          yield { ...event, records: [record] };
        }
      }
    },
  };
}
