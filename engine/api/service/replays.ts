/** Replays of `run.*`: what is open by reason, which fields may be changed, the posting sheet of a replay, and posting it. */
import { AppError } from '../../model/error.ts';
import { changeableFields } from '../../run/replay-fields.ts';
import { prepareInWorkspace, runReplay } from '../workspace-replay.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';
import { documentToPost } from './run-document.ts';
import type { LiveRuns } from './runs.ts';

/** Implements the replaying part of `run.*`. */
export function replaying(os: RouterImplementer['run'], context: ServiceContext, live: LiveRuns) {
  const { store, connectors, user } = context;
  return {
    reasons: os.reasons.handler(({ input }) => store.records.reasons({ runId: input.runId })),
    replayFields: os.replayFields.handler(async ({ input: { runId, key } }) => {
      const [record] = await store.records.sources(runId, [key]);
      if (record === undefined) throw new AppError('replay.noRecord', `That run read no record “${key}”.`);
      return changeableFields(record, connectors);
    }),
    replay: os.replay.handler(async ({ input }) => {
      const { kind, runId, keys, flow, tables, sheet } = input;
      const why = input.why.trim();
      if (input.overrides.length > 0 && why === '')
        throw new AppError('replay.reasonMissing', 'A changed field needs a reason.');
      const original = await store.runs.get(runId);
      const prepared = await prepareInWorkspace(context, {
        selection: { runId, ...(keys === undefined ? {} : { keys }) },
        flow,
        tables,
        ...(flow === 'now' ? { document: await documentToPost(context, original.flowId) } : {}),
        overrides: input.overrides.map((override) => ({ ...override, by: user, why })),
      });
      const { document } = prepared;
      if (kind === 'dry')
        return live.begin(document, async (hooks) => (await runReplay(context, prepared, 'dry', hooks)).run);
      if (sheet === undefined)
        throw new AppError('approval.required', `The replay of “${document.name}” posts only what a sheet has shown.`);
      return live.begin(
        document,
        async (hooks) => (await runReplay(context, prepared, 'replay', { ...hooks, approve: sheet })).run,
      );
    }),
  };
}
