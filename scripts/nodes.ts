/** The page about the kinds of nodes, made from their declarations. */
import type { NodeDeclaration, NodeField } from '../engine/model/node.ts';
import { nodeKinds } from '../engine/nodes/index.ts';
import type { NodeKind } from '../engine/nodes/node.ts';

const categories: Readonly<Record<NodeDeclaration['category'], string>> = {
  connect: 'Connect',
  shape: 'Shape',
  decide: 'Decide',
  combine: 'Combine',
  note: 'Remarks',
};

const kinds: Readonly<Record<NodeField['kind'], string>> = {
  text: 'text',
  formula: 'text or formula',
  boolean: 'yes or no',
  choice: 'choice',
  slot: 'system',
  resource: 'kind of record',
  table: 'mapping table',
  field: 'field',
  list: 'list',
  fields: 'target field and value',
  names: 'names of fields',
  keys: 'formula for each key',
  labels: 'text for each input',
  options: 'what the target offers',
  integer: 'whole number',
  amount: 'amount',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const introduction = `# Nodes

<!-- Made by \`npm run docs\` from the declarations of the nodes: change those, not this page. -->

A flow is made of nodes and wires. Records come in by a node's inputs and leave by its outputs. Outputs marked *exception* are drawn below,
dashed, and need no wire: what would leave there ends with its status and reason. Values are texts, or [formulas](formulas.md) that begin
with \`=\`. Names in code font are what the flow file (\`*.flow.json\`) calls things; a wire goes \`from\` a node, or \`node.output\`, \`to\` a node, or
\`node.input\`.
`;

function defaultOf(field: NodeField): string {
  if (field.default === undefined || field.default === '') return '';
  const chosen = field.choices?.find(({ value }) => value === field.default);
  const shown = field.default === true ? 'yes' : field.default === false ? 'no' : String(field.default);
  return chosen?.label ?? shown;
}

function fieldRows(fields: readonly NodeField[], before = ''): string[] {
  return fields.flatMap((field) => {
    const choices = (field.choices ?? []).map(({ value, label }) => `\`${value}\` ${label}`).join('; ');
    const only =
      field.when === undefined ? '' : ` Only where \`${field.when.field}\` is ${field.when.is.join(' or ')}.`;
    const name = `\`${before}${field.name}\``;
    const help = `${field.help}${choices === '' ? '' : ` ${choices}.`}${only}`;
    const kind = `${kinds[field.kind]}${field.required === true ? ', required' : ''}`;
    const row = `| ${[field.label, name, kind, defaultOf(field), help].map(cell).join(' | ')} |`;
    return [row, ...fieldRows(field.of ?? [], `${before}${field.name}[].`)];
  });
}

function ports(title: string, list: NodeKind['inputs']): string {
  if (list.length === 0) return `${title}: none.`;
  const marks = (port: NodeKind['inputs'][number]): string =>
    [
      port.exception === true ? 'exception' : '',
      port.reference === true ? 'read in full first' : '',
      port.optional === true ? 'may stay unwired' : '',
    ]
      .filter((mark) => mark !== '')
      .join(', ');
  const shown = list.map((port) => `\`${port.id}\` ${port.label}${marks(port) === '' ? '' : ` *(${marks(port)})*`}`);
  return `${title}: ${shown.join(' · ')}.`;
}

function section(kind: NodeKind): string {
  const rows = fieldRows(kind.fields);
  return [
    `### ${kind.title}`,
    `\`${kind.kind}\`: ${kind.summary}.${kind.collects === true ? ' Keeps records until its input ends.' : ''}`,
    ...(kind.about === undefined ? [] : [kind.about]),
    `${ports('Inputs', kind.inputs)} ${ports('Outputs', kind.outputs)}`,
    ...(rows.length === 0
      ? []
      : [['| Setting | Name | Holds | Default | |', '|---|---|---|---|---|', ...rows].join('\n')]),
  ].join('\n\n');
}

/** The whole page. */
export function nodesPage(): string {
  const parts = Object.entries(categories).map(([category, title]) => {
    const members = nodeKinds.filter((kind) => kind.category === category);
    return [`## ${title}`, ...members.map(section)].join('\n\n');
  });
  return `${introduction}\n${parts.join('\n\n')}\n`;
}
