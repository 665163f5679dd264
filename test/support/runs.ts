/** Runs as the history holds them, for lists and screens that read it. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import type { RecordOutcome, RunSummary } from '../../engine/model/run.ts';
import type { Store } from '../../engine/store/index.ts';
import { noCounts } from './service.ts';

/** A finished run of a flow. */
export function runOf(document: FlowDocument, given: Partial<RunSummary> & { id: string }): RunSummary {
  return {
    flowId: document.id,
    flowName: document.name,
    flowVersion: 3,
    kind: 'post',
    status: 'succeeded',
    startedAt: '2026-03-02T18:00:00.000Z',
    finishedAt: '2026-03-02T18:01:00.000Z',
    startedBy: 'Ada',
    counts: noCounts,
    amounts: {},
    tableVersions: {},
    ...given,
  };
}

/** Keeps a run with its records. */
export async function keepRun(
  store: Store,
  given: { run: RunSummary; document: FlowDocument; records?: Iterable<RecordOutcome> },
): Promise<void> {
  const { run, document } = given;
  await store.recorder.start(run, document);
  for (const record of given.records ?? []) store.recorder.settle(record);
  await store.recorder.flush();
  await store.recorder.finish(run);
}
