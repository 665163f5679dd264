/** Which document of a flow a posting run takes. */
import { AppError } from '../../model/error.ts';
import type { FlowDocument } from '../../model/flow.ts';
import type { ServiceContext } from './context.ts';

/** The newest published version, or the saved file where nothing was published yet. @throws AppError flow.notFound, flow.newer */
export async function documentToPost(context: ServiceContext, flowId: string): Promise<FlowDocument> {
  const { flows } = context.workspace;
  const file = await flows.get(flowId);
  if (file.readOnly) {
    throw new AppError('flow.newer', `"${file.document.name}" was written by a newer Costwire and cannot be run here.`);
  }
  const version = await flows.history.latestVersion(flowId);
  return version === 0 ? file.document : flows.history.version(flowId, version);
}
