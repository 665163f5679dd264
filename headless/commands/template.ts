/** `costwire template list | use`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readTemplates } from '../../engine/api/host.ts';
import { applyTemplate, parseTemplate } from '../../engine/api/service/templates.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Template } from '../../engine/model/template.ts';
import { type Assignments, assignment } from '../options.ts';
import { grid } from '../report.ts';
import type { Shell } from '../shell.ts';
import { connectionIds } from './flow.ts';

interface UseOptions {
  name?: string;
  slot: Assignments;
  param: Assignments;
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const template = program.command('template').description('templates of flows');
  template
    .command('list')
    .description('list the templates')
    .action(() => list(shell));
  template
    .command('use <template>')
    .description('make a flow of a template, by its id or from a *.template.json file; brings its mapping tables')
    .option('--name <name>', 'what to call the flow')
    .option(
      '--slot <slot=connection>',
      'connection of a slot; where only one connection fits, it is taken',
      assignment,
      {},
    )
    .option('--param <name=value>', 'value of a parameter', assignment, {})
    .action((id: string, options: UseOptions) => use(shell, id, options));
}

/** Folder of the templates that come with Costwire. */
export const bundledTemplates = join(import.meta.dirname, '..', '..', 'templates');

async function list(shell: Shell): Promise<void> {
  const templates = await readTemplates(bundledTemplates);
  const rows = templates.map(({ id, name, summary }) => [id, `${name}\n${summary}`]);
  shell.answer(grid(['Template', 'What it does'], rows), {
    templates: templates.map(({ id, name, summary, version, flow, tables }) => ({
      id,
      name,
      summary,
      version,
      slots: flow.slots,
      parameters: flow.parameters,
      tables: tables.map(({ schema }) => schema.id),
    })),
  });
}

async function use(shell: Shell, id: string, options: UseOptions): Promise<void> {
  const template = await findTemplate(id);
  const parts = await shell.open();
  const named = await connectionIds(shell, template.flow, options.slot);
  const slots = { ...(await onlyFitting(shell, template)), ...named };
  const unknown = Object.keys(options.param).find((name) => template.flow.parameters[name] === undefined);
  if (unknown !== undefined) throw new AppError('cli.usage', `The template has no parameter “${unknown}”.`);
  const made = await applyTemplate(parts, template, {
    slots,
    parameters: options.param,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  const unbound = Object.keys(template.flow.slots).filter((slot) => slots[slot] === undefined);
  const name = options.name ?? template.name;
  const next =
    unbound.length === 0
      ? `Try it without posting: costwire dry-run "${name}"`
      : `Bind ${unbound.join(', ')} first: costwire flow bind "${name}" --slot ${unbound[0]}=CONNECTION`;
  shell.answer(`Flow “${name}” is made.\n${next}`, { ...made, slots, unbound });
}

async function findTemplate(id: string): Promise<Template> {
  if (id.endsWith('.json')) {
    let text: string;
    try {
      text = await readFile(id, 'utf8');
    } catch (cause) {
      throw new AppError('template.invalid', `The file “${id}” cannot be read.`, {
        hint: 'Check its name and your access.',
        cause,
      });
    }
    return parseTemplate(text, `“${id}”`);
  }
  const all = await readTemplates(bundledTemplates);
  const found = all.find((template) => template.id === id);
  if (found !== undefined) return found;
  throw new AppError('template.invalid', `There is no template “${id}”.`, {
    hint: `There are: ${all.map((template) => template.id).join(', ')}.`,
  });
}

/** Slots for which the workspace has exactly one connection. */
async function onlyFitting(shell: Shell, template: Template): Promise<Assignments> {
  const { workspace } = await shell.files();
  const connections = await workspace.connections.list();
  return Object.fromEntries(
    Object.entries(template.flow.slots).flatMap(([slot, { connector }]) => {
      const [only, ...others] = connections.filter((connection) => connection.connector === connector);
      return only === undefined || others.length > 0 ? [] : [[slot, only.id]];
    }),
  );
}
