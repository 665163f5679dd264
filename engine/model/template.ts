/** Templates: a flow with table schemas, parameters and golden cases, without secrets, addresses or companies. */
import { z } from 'zod';
import { flowSchema } from './flow.ts';
import { mappingRowSchema, tableSchemaSchema } from './mapping-table.ts';

/** Schema of a `*.template.json` file. */
export const templateSchema = z.looseObject({
  format: z.literal('costwire/template'),
  schemaVersion: z.number().int().positive(),
  id: z.string().min(1),
  name: z.string().min(1),
  summary: z.string(),
  description: z.string().default(''),
  version: z.string().default('1.0.0'),
  /** Its place in the gallery, smallest first; templates without one follow by name. */
  place: z.number().int().nonnegative().optional(),
  flow: flowSchema,
  tables: z.array(z.looseObject({ schema: tableSchemaSchema, rows: z.array(mappingRowSchema).optional() })).default([]),
});
export type Template = z.infer<typeof templateSchema>;

/** The order of the gallery: by place, then by name. */
export const byPlace = (a: Template, b: Template): number =>
  (a.place ?? Number.MAX_SAFE_INTEGER) - (b.place ?? Number.MAX_SAFE_INTEGER) || a.name.localeCompare(b.name, 'en-US');
