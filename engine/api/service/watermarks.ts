/** `watermark.*`: how far each source of a flow was read, and setting it by hand. */
import { AppError } from '../../model/error.ts';
import { listWatermarks, setWatermark } from '../workspace-watermarks.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';
import { documentToPost } from './run-document.ts';
import type { LiveRuns } from './runs.ts';

/** Implements `watermark.*`. */
export function watermarkService(os: RouterImplementer['watermark'], context: ServiceContext, live: LiveRuns) {
  return {
    list: os.list.handler(async ({ input }) => listWatermarks(context, await documentToPost(context, input.flowId))),
    set: os.set.handler(async ({ input: { flowId, ...change } }) => {
      const document = await documentToPost(context, flowId);
      if (live.isBusy(flowId))
        throw new AppError('workspace.conflict', `“${document.name}” is running and moves its watermarks itself.`, {
          hint: 'Wait until it has finished, or stop it first.',
        });
      await setWatermark(context, document, { ...change, by: context.user });
      return listWatermarks(context, document);
    }),
  };
}
