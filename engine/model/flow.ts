/** The flow document: what the canvas edits, the file holds and the planner reads. Unknown fields survive a round trip. */
import { z } from 'zod';

/** The newest schema version this build writes; a newer file opens read-only. */
export const flowSchemaVersion = 1;

/** A slot names a place for a connection; the workspace binds it, so no address or company enters the file. */
export const slotSchema = z.looseObject({ connector: z.string().min(1), label: z.string().optional() });
export type Slot = z.infer<typeof slotSchema>;

/** A value the analyst may set per workspace or per run, used in formulas by its name. */
export const parameterSchema = z.looseObject({
  type: z.enum(['text', 'integer', 'decimal', 'boolean', 'date', 'datetime']),
  label: z.string(),
  description: z.string().optional(),
  default: z.union([z.string(), z.boolean(), z.null()]).optional(),
});
export type FlowParameter = z.infer<typeof parameterSchema>;

/** A node. `config` is checked by the node's kind when planning, not when saving. */
export const nodeSchema = z.looseObject({
  id: z.string().min(1),
  kind: z.string().min(1),
  label: z.string().optional(),
  disabled: z.boolean().optional(),
  config: z.record(z.string(), z.json()).default({}),
});
export type FlowNode = z.infer<typeof nodeSchema>;

/** A wire from a node's output (`read` or, for a named port, `codes.held`) to a node's input (`join` or `join.right`). */
export const wireSchema = z.looseObject({ from: z.string().min(1), to: z.string().min(1) });
export type FlowWire = z.infer<typeof wireSchema>;

/** What starts a run without a person. */
export const triggerSchema = z.union([
  z.looseObject({ kind: z.literal('schedule'), cron: z.string(), zone: z.string() }),
  z.looseObject({ kind: z.literal('webhook'), slot: z.string(), events: z.array(z.string()) }),
  z.looseObject({ kind: z.string() }),
]);
export type FlowTrigger = z.infer<typeof triggerSchema>;

/** Position of nodes and notes; never touches logic. */
export const layoutSchema = z.looseObject({
  nodes: z.record(z.string(), z.tuple([z.number(), z.number()])).default({}),
  notes: z
    .array(
      z.looseObject({
        id: z.string(),
        text: z.string(),
        at: z.tuple([z.number(), z.number()]),
        size: z.tuple([z.number(), z.number()]).optional(),
      }),
    )
    .default([]),
  groups: z.array(z.looseObject({ id: z.string(), label: z.string(), nodes: z.array(z.string()) })).optional(),
});
export type FlowLayout = z.infer<typeof layoutSchema>;

/** Schema of a `*.flow.json` file. */
export const flowSchema = z.looseObject({
  format: z.literal('costwire/flow'),
  schemaVersion: z.number().int().positive(),
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.string().optional(),
  version: z.number().int().nonnegative().default(0),
  slots: z.record(z.string(), slotSchema).default({}),
  parameters: z.record(z.string(), parameterSchema).default({}),
  nodes: z.array(nodeSchema).default([]),
  wires: z.array(wireSchema).default([]),
  triggers: z.array(triggerSchema).default([]),
  layout: layoutSchema.default({ nodes: {}, notes: [] }),
});
export type FlowDocument = z.infer<typeof flowSchema>;

/** An end of a wire taken apart: `codes.held` → node `codes`, port `held`; the default ports are `out` and `in`. */
export function parseWireEnd(end: string, side: 'from' | 'to'): { node: string; port: string } {
  const dot = end.indexOf('.');
  if (dot === -1) return { node: end, port: side === 'from' ? 'out' : 'in' };
  return { node: end.slice(0, dot), port: end.slice(dot + 1) };
}

/** How bad a problem is. `blocking` stops a run, the others do not. */
export type ProblemSeverity = 'blocking' | 'warning' | 'advice';

/** Something wrong with a flow: where, what, and what to do. `field` is a path inside the node's config, `range` inside a formula. */
export interface Problem {
  severity: ProblemSeverity;
  code: string;
  nodeId?: string;
  field?: string;
  range?: { start: number; end: number };
  message: string;
  hint: string;
  /** A replacement for `field`'s value that mends it, with the words for its button. */
  fix?: { label: string; value: string };
}
