/** Writes records to a connected system, exactly once. Delivery does the writing; this says where and checks it. */
import { z } from 'zod';
import type { ResourceDeclaration } from '../model/connector.ts';
import type { FlowNode } from '../model/flow.ts';
import { findField, type RecordSchema, type Value } from '../model/record.ts';
import { blocking, checkedConfig, type NodeProblem, readConfig } from './config.ts';
import type { CheckContext, NodeKind } from './node.ts';
import { resourceProblem } from './read.ts';

const configSchema = z.looseObject({
  slot: z.string().min(1),
  resource: z.string().min(1),
  mode: z.enum(['create', 'upsert']).default('create'),
  release: z.union([z.boolean(), z.string()]).default(false),
  options: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
  attachments: z.string().default(''),
  concurrency: z.number().int().min(1).max(16).default(4),
});
/** Setup of a write node. */
export type WriteConfig = z.infer<typeof configSchema>;

/** The setup of a write node that was planned. */
export const writeSetup = (node: FlowNode): WriteConfig => checkedConfig(configSchema, node);

/** The flow parameter that a choice is bound to, such as `=release`. */
const boundParameter = (text: string): string | undefined => /^=\s*([A-Za-z_]\w*)\s*$/.exec(text)?.[1];

/** Whether documents of this run are released: as the node says, or as the parameter says that it is bound to. */
export function isReleasing(config: WriteConfig, parameters: Readonly<Record<string, Value>>): boolean {
  if (typeof config.release === 'boolean') return config.release;
  const value = parameters[boundParameter(config.release) ?? ''];
  return value === true || value === 'true';
}

function releaseProblems(text: string, context: CheckContext): NodeProblem[] {
  const name = boundParameter(text);
  const type = name === undefined ? undefined : context.parameters[name]?.type;
  if (type === 'boolean') return [];
  const message =
    type === undefined
      ? `The release is bound to “${text}”, which is no parameter of the flow.`
      : `The release is bound to the parameter “${name}”, which is not a yes-or-no value.`;
  return [blocking('flow.invalid', 'release', message, 'Choose yes, no, or a yes-or-no parameter of the flow.')];
}

/** The last node of a flow. By default documents stay in the least final state the target offers. */
export const write: NodeKind = {
  kind: 'write',
  title: 'Post',
  summary: 'Writes records to a connected system',
  icon: 'database-import',
  category: 'connect',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [],
  fields: [
    { name: 'slot', label: 'System', kind: 'slot', required: true, help: 'Where to post.' },
    { name: 'resource', label: 'Records', kind: 'resource', required: true, help: 'What to post.' },
    {
      name: 'mode',
      label: 'When it exists',
      kind: 'choice',
      default: 'create',
      help: 'A document with the same key and other content is held with its differences, or updated.',
      choices: [
        { value: 'create', label: 'Hold and show the differences' },
        { value: 'upsert', label: 'Update it where the system allows' },
      ],
    },
    {
      name: 'release',
      label: 'Release',
      kind: 'boolean',
      default: false,
      help: 'Makes documents final after posting them. Otherwise they stay drafts or on hold.',
      bindable: true,
    },
    { name: 'options', label: 'Options', kind: 'options', help: 'What the system offers for this kind of record.' },
    {
      name: 'attachments',
      label: 'Attach files of',
      kind: 'text',
      help: 'Field of the source record that lists files, such as attachments. They follow the document; one that does not arrive never blocks it. Empty: none.',
    },
    {
      name: 'concurrency',
      label: 'At a time',
      kind: 'integer',
      default: '4',
      help: 'How many documents are sent at once.',
    },
  ],
  check(node, inputs, context) {
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: {}, problems };
    const wrong = resourceProblem(config.slot, config.resource, context);
    if (wrong !== undefined) return { outputs: {}, problems: [wrong] };
    const resource = context.resource(config.slot, config.resource);
    if (resource === undefined) return { outputs: {}, problems: [] };
    const found: NodeProblem[] = [];
    const offers = (able: boolean, field: string, message: string, hint: string): void => {
      if (!able) found.push(blocking('flow.unknownResource', field, message, hint));
    };
    offers(
      resource.abilities.create,
      'resource',
      `“${resource.title}” can be read, but not posted.`,
      'Choose a resource that can be posted.',
    );
    if (config.mode === 'upsert')
      offers(
        resource.abilities.update,
        'mode',
        `“${resource.title}” cannot be updated.`,
        'Hold changed documents instead.',
      );
    if (typeof config.release === 'string') found.push(...releaseProblems(config.release, context));
    if (config.release !== false)
      offers(
        resource.abilities.release,
        'release',
        `“${resource.title}” cannot be released by Costwire.`,
        'Switch the release off.',
      );
    if (config.attachments !== '')
      offers(
        resource.abilities.attach === true,
        'attachments',
        `“${resource.title}” takes no files.`,
        'Leave the field empty.',
      );
    for (const name of Object.keys(config.options)) {
      if (resource.options?.some((option) => option.name === name) !== true)
        found.push(
          blocking(
            'flow.unknownField',
            `options.${name}`,
            `“${resource.title}” has no option “${name}”.`,
            'Remove the option.',
          ),
        );
    }
    found.push(...inputProblems(inputs.in, config, resource));
    return { outputs: {}, problems: found };
  },
};

/** What the incoming records lack. Records that a map shaped for this target were checked there. */
function inputProblems(
  input: RecordSchema | undefined,
  config: WriteConfig,
  resource: Pick<ResourceDeclaration, 'title' | 'fields' | 'key'>,
): NodeProblem[] {
  if (input === undefined) return [];
  const shaped = input.shapedFor;
  if (shaped !== undefined && (shaped.slot !== config.slot || shaped.resource !== config.resource)) {
    const message = `The records are shaped for “${shaped.resource}”, but are posted as “${resource.title}”.`;
    return [blocking('flow.invalid', 'resource', message, 'Choose the same target here and in the map.')];
  }
  const required = resource.fields.filter((field) => field.required === true && field.readOnly !== true);
  const { fields: keyFields = [], blankable = [] } = resource.key ?? {};
  const names = new Set([
    ...keyFields.filter((field) => !blankable.includes(field)),
    ...required.map((field) => field.name),
  ]);
  return [...names]
    .filter(
      (name) =>
        findField(input, name) === undefined &&
        !(shaped !== undefined && required.some((field) => field.name === name)),
    )
    .map((name) => {
      const label = findField(resource, name)?.label ?? name;
      return blocking(
        'flow.missingConfig',
        'resource',
        `“${label}” is needed to post “${resource.title}”, but no record has it.`,
        'Put a map before this node and fill the field.',
      );
    });
}
