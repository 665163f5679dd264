/** Reads a resource of a connected system. The engine itself does the reading; this says what and checks it. */
import { z } from 'zod';
import type { FlowNode } from '../model/flow.ts';
import { blocking, checkedConfig, closest, type NodeProblem, readConfig } from './config.ts';
import { checkCell, checkCondition } from './formulas.ts';
import type { CheckContext, NodeKind } from './node.ts';

const configSchema = z.looseObject({
  slot: z.string().min(1),
  resource: z.string().min(1),
  where: z.string().optional(),
  changes: z.enum(['new', 'all']).default('new'),
  since: z.string().optional(),
  scopes: z.array(z.string()).default([]),
});
/** Setup of a read node. */
export type ReadConfig = z.infer<typeof configSchema>;

/** The setup of a read node that was planned. */
export const readSetup = (node: FlowNode): ReadConfig => checkedConfig(configSchema, node);

/** The first node of a flow. Records that do not meet the condition end as skipped: they were read, but are not for this flow. */
export const read: NodeKind = {
  kind: 'read',
  title: 'Read',
  summary: 'Reads records of a connected system',
  icon: 'database-export',
  category: 'connect',
  inputs: [],
  outputs: [{ id: 'out', label: 'Records' }],
  fields: [
    { name: 'slot', label: 'System', kind: 'slot', required: true, help: 'Where to read.' },
    { name: 'resource', label: 'Records', kind: 'resource', required: true, help: 'What to read.' },
    { name: 'where', label: 'Only where', kind: 'formula', help: 'Other records end as skipped.' },
    {
      name: 'changes',
      label: 'Read',
      kind: 'choice',
      default: 'new',
      help: 'New and changed since the last run that settled everything, or all of them every time.',
      choices: [
        { value: 'new', label: 'New and changed records' },
        { value: 'all', label: 'All records' },
      ],
    },
    {
      name: 'since',
      label: 'Changed since',
      kind: 'formula',
      help: 'The earliest change to read; a date. Empty: no limit.',
    },
    {
      name: 'scopes',
      label: 'Only projects',
      kind: 'names',
      help: 'Ids of the projects to read. Empty: all that are visible.',
    },
  ],
  check(node, _inputs, context) {
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: { fields: [] } }, problems };
    const found = context.resource(config.slot, config.resource);
    const wrong = resourceProblem(config.slot, config.resource, context);
    if (wrong !== undefined || found === undefined)
      return { outputs: { out: { fields: [] } }, problems: wrong === undefined ? [] : [wrong] };
    if (!found.abilities.read) {
      const message = `“${found.title}” can be written, but not read.`;
      return {
        outputs: { out: { fields: found.fields } },
        problems: [blocking('flow.unknownResource', 'resource', message, 'Choose a resource that can be read.')],
      };
    }
    const item = { fields: found.fields };
    const checks: NodeProblem[] = [];
    if (config.where !== undefined && config.where !== '')
      checks.push(...checkCondition(config.where, 'where', { item }, context));
    if (config.since !== undefined && config.since !== '') {
      const since = checkCell(config.since, 'since', { item: { fields: [] } }, context);
      checks.push(...since.problems);
      const usable = since.literal || since.schema.type === 'date' || since.schema.type === 'datetime';
      if (since.problems.length === 0 && !usable)
        checks.push(
          blocking('formula.type', 'since', '“Changed since” is not a date.', 'Use a date or a date parameter.'),
        );
    }
    return { outputs: { out: item }, problems: checks };
  },
};

/** What is wrong with a slot and resource, if anything. */
export function resourceProblem(slot: string, resource: string, context: CheckContext): NodeProblem | undefined {
  const connector = context.connector(slot);
  if (connector === undefined)
    return blocking(
      'connection.unbound',
      'slot',
      `The flow has no slot “${slot}” with a known connector.`,
      'Choose a system.',
    );
  if (context.resource(slot, resource) !== undefined) return undefined;
  const guess = closest(resource, context.resources(slot));
  return {
    ...blocking(
      'flow.unknownResource',
      'resource',
      `${connector.title} has no resource “${resource}”.`,
      'Choose a resource that the connector offers.',
    ),
    ...(guess === undefined ? {} : { fix: { label: `Use “${guess}”`, value: guess } }),
  };
}
