/**
 * Flow files: text to document and back. The same content gives the same bytes, unknown fields and node kinds survive, and a file
 * of a newer schema opens read-only with everything it holds.
 */
import { z } from 'zod';
import { AppError } from './error.ts';
import { type FlowDocument, flowSchema, flowSchemaVersion } from './flow.ts';

/** A flow as opened. A read-only one must be neither saved nor run. */
export interface OpenedFlow {
  document: FlowDocument;
  readOnly: boolean;
  /** Why it is read-only. */
  reason?: AppError;
}

/** Largest flow file that is read, in characters. */
export const maximumFlowSize = 16 * 1024 * 1024;

const headerSchema = z.looseObject({ format: z.literal('costwire/flow'), schemaVersion: z.number().int().positive() });

/**
 * Reads a flow file.
 * @param name what to call the file in messages.
 * @throws AppError flow.invalid, flow.newer (only where a newer file cannot even be shown)
 */
export function parseFlow(text: string, name = 'The flow file'): OpenedFlow {
  if (text.length > maximumFlowSize)
    throw new AppError('flow.invalid', `${name} is larger than 16 MB, which no flow is.`);
  const raw = parseJson(text, name);
  const header = headerSchema.safeParse(raw);
  if (!header.success) {
    throw new AppError('flow.invalid', `${name} is not a Costwire flow: ${firstIssue(header.error)}.`, {
      fields: issuesByField(header.error),
    });
  }
  const newer = header.data.schemaVersion > flowSchemaVersion;
  const parsed = flowSchema.safeParse(raw);
  if (parsed.success) {
    if (!newer) return { document: parsed.data, readOnly: false };
    return { document: parsed.data, readOnly: true, reason: newerError(name, header.data.schemaVersion) };
  }
  if (newer) throw newerError(name, header.data.schemaVersion);
  throw new AppError('flow.invalid', `${name} has a mistake: ${firstIssue(parsed.error)}.`, {
    fields: issuesByField(parsed.error),
  });
}

const newerError = (name: string, version: number): AppError =>
  new AppError(
    'flow.newer',
    `${name} was written by a newer Costwire (file version ${version}, this one knows ${flowSchemaVersion}).`,
  );

/**
 * JSON with a sentence instead of a parser's message.
 * @throws AppError flow.invalid
 */
function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (cause) {
    const position = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    const where = line === undefined ? '' : `, line ${line}`;
    throw new AppError('flow.invalid', `${name} is not complete JSON${where}.`, { cause });
  }
}

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not have the form of a flow';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `“${path}”: ${issue.message}`;
};

const issuesByField = (error: z.ZodError): Record<string, string> =>
  Object.fromEntries(error.issues.map((issue) => [issue.path.join('.'), issue.message]));

const documentOrder = [
  'format',
  'schemaVersion',
  'id',
  'name',
  'description',
  'version',
  'slots',
  'parameters',
  'nodes',
  'wires',
  'triggers',
];
const nodeOrder = ['id', 'kind', 'label', 'disabled', 'config'];
const wireOrder = ['from', 'to'];

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Text of a flow file: known keys first in fixed order, others by name, nodes by id, layout last. */
export function serializeFlow(document: FlowDocument): string {
  const { layout, nodes, wires, ...rest } = document;
  const ordered = {
    ...sortKeys(
      {
        ...(rest as Record<string, Json>),
        nodes: [...nodes]
          .sort((a, b) => compareText(a.id, b.id))
          .map((node) => sortKeys(node as Record<string, Json>, nodeOrder)),
        wires: [...wires]
          .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to))
          .map((wire) => sortKeys(wire as Record<string, Json>, wireOrder)),
      },
      documentOrder,
    ),
    layout: sortKeys(layout as Record<string, Json>, ['nodes', 'notes', 'groups']),
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}

/** By code units, so that the order does not depend on the machine's language. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function sortKeys(object: Record<string, Json>, order: readonly string[] = []): Record<string, Json> {
  const rank = (name: string): number => {
    const position = order.indexOf(name);
    return position === -1 ? order.length : position;
  };
  const names = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort((a, b) => rank(a) - rank(b) || compareText(a, b));
  return Object.fromEntries(names.map((name) => [name, sortValue(object[name] ?? null)]));
}

function sortValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortValue);
  return value !== null && typeof value === 'object' ? sortKeys(value) : value;
}
