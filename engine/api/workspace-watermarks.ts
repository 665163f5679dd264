/** The watermarks of a flow as people see and set them: by node, with the names of projects and the overlap that is read again. */
import type { Connector } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import { overlapMsOf } from '../run/execute-read.ts';
import { watermarkNode } from '../run/watermark.ts';
import type { Store } from '../store/index.ts';
import { watermarkInstant, watermarkWarning } from '../store/watermarks.ts';
import type { Workspace } from '../store/workspace.ts';
import type { WatermarkItem } from './contract.ts';

/** The parts of a workspace that watermarks need. */
export interface WatermarkParts {
  /** Has the values of parameters that runs go by. */
  workspace: Pick<Workspace, 'bindings'>;
  store: Pick<Store, 'watermarks' | 'records'>;
  connectors: readonly Connector[];
}

/** A watermark to set. `to` is an instant, `expected` where it stood when the person looked, where she did. */
export interface WatermarkChange {
  nodeId: string;
  scope: string;
  to: string;
  expected?: string;
}

function overlapOf(connectors: readonly Connector[], document: FlowDocument, nodeId: string): number | undefined {
  const config = document.nodes.find(({ id }) => id === nodeId)?.config;
  const connector = connectors.find(({ id }) => id === document.slots[String(config?.slot)]?.connector);
  const resource = connector?.resources.find(({ id }) => id === config?.resource);
  return resource === undefined ? undefined : overlapMsOf(resource);
}

/** The watermarks of a flow; those that a run of `document` goes by stand first. */
export async function listWatermarks(
  { workspace, store, connectors }: WatermarkParts,
  document: FlowDocument,
): Promise<WatermarkItem[]> {
  const { parameters } = await workspace.bindings.get(document.id);
  const entries = await store.watermarks.list(document.id);
  const labels = await store.records.scopeLabels(
    document.id,
    entries.map(({ scope }) => scope),
  );
  const items = entries.map(({ nodeId: name, scope, reached, updatedAt, updatedBy }): WatermarkItem => {
    const [nodeId = name] = name.split('@');
    const node = document.nodes.find(({ id }) => id === nodeId);
    const scopeLabel = labels[scope];
    const overlapMs = overlapOf(connectors, document, nodeId);
    return {
      nodeId,
      ...(node === undefined ? {} : { nodeLabel: node.label ?? node.id }),
      scope,
      ...(scopeLabel === undefined ? {} : { scopeLabel }),
      reached,
      ...(overlapMs === undefined ? {} : { overlapMs }),
      updatedAt,
      updatedBy,
      inUse: name === watermarkNode(document, nodeId, parameters),
    };
  });
  return items.sort((a, b) => Number(b.inUse) - Number(a.inUse));
}

/**
 * What setting a watermark would bring; nothing is changed.
 * @throws AppError watermark.notFound where the flow has no such read node; data.badDate
 */
export async function previewWatermark(
  { workspace, store }: WatermarkParts,
  document: FlowDocument,
  { nodeId, scope, to }: WatermarkChange,
): Promise<{ before: string | undefined; after: string; warning: string | undefined }> {
  const reads = document.nodes.filter(({ kind }) => kind === 'read').map(({ id }) => id);
  if (!reads.includes(nodeId))
    throw new AppError('watermark.notFound', `“${document.name}” has no read node “${nodeId}”.`, {
      hint: `It has: ${reads.join(', ')}.`,
    });
  const after = watermarkInstant(to);
  const { parameters } = await workspace.bindings.get(document.id);
  const { [scope]: before } = await store.watermarks.read(document.id, watermarkNode(document, nodeId, parameters));
  return { before, after, warning: watermarkWarning(before, after) };
}

/**
 * Sets a watermark that a run of `document` goes by, recorded in the audit chain with who and why.
 * @throws AppError watermark.notFound, data.badDate, workspace.conflict where it is not at `expected` any more
 */
export async function setWatermark(
  parts: WatermarkParts,
  document: FlowDocument,
  change: WatermarkChange & { by: string; why: string },
): Promise<{ warning: string | undefined }> {
  const { after } = await previewWatermark(parts, document, change);
  const { nodeId, scope, expected, by, why } = change;
  const { parameters } = await parts.workspace.bindings.get(document.id);
  return parts.store.watermarks.edit({
    flowId: document.id,
    nodeId: watermarkNode(document, nodeId, parameters),
    scope,
    reached: after,
    ...(expected === undefined ? {} : { expected }),
    by,
    why,
  });
}
