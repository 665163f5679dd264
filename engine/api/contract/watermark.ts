/** How far each source of a flow was read, and setting it by hand. */
import { z } from 'zod';
import { id, output, procedure, shortText } from './base.ts';

/** One source and project of a flow. Instants are ISO UTC. */
export interface WatermarkItem {
  /** The read node. */
  nodeId: string;
  /** What the read node is called on the canvas; absent where that node is gone. */
  nodeLabel?: string;
  /** Id of the project, or `company`. */
  scope: string;
  /** Name of the project, where a run of late met it. */
  scopeLabel?: string;
  reached: string;
  /** How far before it the source is read again, in milliseconds; absent where only the connection knows the resource. */
  overlapMs?: number;
  updatedAt: string;
  /** `run`, or the person who set it. */
  updatedBy: string;
  /** Whether the next posting run goes by it; otherwise it is of an earlier version of the flow. */
  inUse: boolean;
}

/** `watermark.*` */
export const watermarkContract = {
  /** The watermarks of a flow; those that the next posting run goes by stand first. */
  list: procedure.input(z.object({ flowId: id })).output(output<WatermarkItem[]>()),
  /**
   * Sets a watermark of the next posting run by hand; who and why go into the audit chain. Earlier: records are read again, and the
   * ledger knows what is posted. Later: what changed in between is never read.
   * @throws data.badDate; workspace.conflict where it is not at `expected` any more or a run of the flow is under way; watermark.notFound
   */
  set: procedure
    .input(
      z.object({
        flowId: id,
        nodeId: id,
        scope: id,
        /** Where it stood when the person decided. */
        expected: z.string().max(40),
        to: z.string().max(40),
        why: shortText.trim().min(1, 'Say why.'),
      }),
    )
    .output(output<WatermarkItem[]>()),
};
