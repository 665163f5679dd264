/** `record.*`: what became of records, and each record's story. */

import type { Exchange } from '../../model/connector.ts';
import { AppError } from '../../model/error.ts';
import type { RunSummary } from '../../model/run.ts';
import type { StoredOutcome } from '../../store/records.ts';
import type { RecordListItem, TimelineEntry } from '../contract.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';

/** Implements `record.*`. */
export function recordService(os: RouterImplementer['record'], context: ServiceContext) {
  const { store } = context;
  const listed = async (outcomes: readonly StoredOutcome[]): Promise<RecordListItem[]> => {
    const runs = new Map<string, RunSummary>();
    for (const runId of new Set(outcomes.map((outcome) => outcome.runId))) runs.set(runId, await store.runs.get(runId));
    return outcomes.map((outcome) => itemOf(outcome, runs.get(outcome.runId)));
  };
  return {
    search: os.search.handler(async ({ input: { limit, offset, statuses, totals, ...given } }) => {
      const { text, flowId, runId, nodeId, from, to } = given;
      const filter = {
        ...(text === undefined ? {} : { text }),
        ...(flowId === undefined ? {} : { flowId }),
        ...(runId === undefined ? {} : { runId }),
        ...(nodeId === undefined ? {} : { nodeId }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { until: to }),
        ...(statuses === undefined ? {} : { status: statuses }),
      };
      const { entries, total } = await store.records.list(filter, { limit, offset });
      const byStatus = totals ? await store.records.totals(filter) : {};
      return { records: await listed(entries), totals: { count: total, byStatus } };
    }),
    page: os.page.handler(async ({ input: { runId, limit, after } }) => {
      const { entries, next } = await store.records.follow(runId, limit, after);
      return { records: await listed(entries), ...(next === undefined ? {} : { next }) };
    }),
    totals: os.totals.handler(async ({ input: { runId } }) => {
      const byStatus = await store.records.totals({ runId });
      return { count: Object.values(byStatus).reduce((sum, { count }) => sum + count, 0), byStatus };
    }),
    get: os.get.handler(async ({ input: { runId, key } }) => {
      const story = await store.records.story(key);
      const own = story.findLast((outcome) => outcome.runId === runId);
      if (own === undefined) throw new AppError('run.notFound', `That run has no record "${key}".`);
      const [outcome] = await listed([own]);
      const others = story.filter((other) => other.runId !== runId).reverse();
      const [source] = await store.records.sources(runId, [key]);
      const exchanges = await store.records.exchanges(runId, key);
      const voucher = await store.runs.voucherOf(runId, key);
      return {
        outcome: outcome ?? itemOf(own, undefined),
        ...(source?.value === undefined ? {} : { source: source.value }),
        ...(voucher === undefined ? {} : { voucher }),
        timeline: timeline(await store.runs.get(runId), own, exchanges),
        elsewhere: await listed(others),
      };
    }),
  };
}

const itemOf = ({ id: _id, settledAt, ...outcome }: StoredOutcome, run: RunSummary | undefined): RecordListItem => ({
  ...outcome,
  at: settledAt,
  flowId: run?.flowId ?? '',
  flowName: run?.flowName ?? '',
});

/** What happened to a record in a run, oldest first. */
export function timeline(run: RunSummary, outcome: StoredOutcome, exchanges: readonly Exchange[]): TimelineEntry[] {
  const { origin } = outcome;
  const entries: TimelineEntry[] = [
    { at: run.startedAt, title: `Read from ${origin.system}`, detail: origin.label ?? origin.id },
  ];
  for (const exchange of exchanges) {
    const answered = exchange.status === undefined ? (exchange.error ?? 'no answer') : `answered ${exchange.status}`;
    const attempt = exchange.attempt > 1 ? `, attempt ${exchange.attempt}` : '';
    entries.push({
      at: exchange.at,
      title: `${exchange.operation} (${exchange.system})`,
      detail: `${exchange.method}: ${answered} in ${Math.round(exchange.durationMs)} ms${attempt}`,
      nodeId: outcome.nodeId,
      exchange,
    });
  }
  const detail = outcome.error?.message ?? outcome.note ?? outcome.target?.number;
  entries.push({
    at: outcome.settledAt,
    title: 'Settled',
    status: outcome.status,
    nodeId: outcome.nodeId,
    ...(detail === undefined ? {} : { detail }),
  });
  return entries;
}
