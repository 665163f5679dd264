/** `costwire flow list`, `costwire flow bind`. */
import type { Command } from 'commander';
import { AppError } from '../../engine/model/error.ts';
import type { FlowDocument } from '../../engine/model/flow.ts';
import { type Assignments, assignment } from '../options.ts';
import { grid } from '../report.ts';
import { exitCodes, type Shell } from '../shell.ts';

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const flow = program.command('flow').description('flows of the workspace');
  flow
    .command('list')
    .description('list the flows')
    .action(() => list(shell));
  flow
    .command('bind <flow>')
    .description('say which connections the slots of a flow use, and set its parameters')
    .option('--slot <slot=connection>', 'connection of a slot, by name or id', assignment, {})
    .option('--param <name=value>', 'value of a parameter', assignment, {})
    .action((name: string, options: { slot: Assignments; param: Assignments }) => bind(shell, name, options));
}

async function list(shell: Shell): Promise<void> {
  const { workspace } = await shell.files();
  const { flows, broken } = await workspace.flows.list();
  const bindings = await workspace.bindings.all();
  const names = new Map((await workspace.connections.list()).map(({ id, name }) => [id, name]));
  const rows = flows.map(({ document, fileName }) => {
    const slots = bindings[document.id]?.slots ?? {};
    const bound = Object.keys(document.slots).map((slot) => `${slot}: ${names.get(slots[slot] ?? '') ?? 'not bound'}`);
    return { id: document.id, name: document.name, fileName, slots: bound };
  });
  const damaged = broken.map(({ fileName, error }) => `${fileName}: ${error.message}`);
  const table = grid(
    ['Flow', 'Id', 'Connections'],
    rows.map((row) => [row.name, row.id, row.slots.join('\n')]),
  );
  const empty = 'The workspace has no flows yet. Make one from a template: costwire template list.';
  shell.answer([rows.length === 0 ? empty : table, ...damaged].join('\n'), {
    flows: flows.map(({ document: { id, name, version, slots }, fileName }) => ({
      id,
      name,
      version,
      fileName,
      slots: Object.fromEntries(Object.keys(slots).map((slot) => [slot, bindings[id]?.slots[slot] ?? null])),
    })),
    broken,
  });
  shell.exitCode = broken.length === 0 ? exitCodes.ok : exitCodes.recordsOpen;
}

async function bind(shell: Shell, name: string, options: { slot: Assignments; param: Assignments }): Promise<void> {
  const document = await shell.flow(name);
  const { workspace } = await shell.files();
  const before = await workspace.bindings.get(document.id);
  const slots = { ...before.slots, ...(await connectionIds(shell, document, options.slot)) };
  for (const parameter of Object.keys(options.param)) {
    if (document.parameters[parameter] === undefined)
      throw new AppError('cli.usage', `The flow has no parameter “${parameter}”.`);
  }
  const bindings = await workspace.bindings.set(document.id, {
    slots,
    parameters: { ...before.parameters, ...options.param },
  });
  shell.answer(`“${document.name}” is bound.`, { flowId: document.id, ...bindings });
}

/** Slot → connection id, checked against the slots of the flow. @throws AppError cli.usage, connection.notFound */
export async function connectionIds(
  shell: Shell,
  document: Pick<FlowDocument, 'slots' | 'name'>,
  named: Assignments,
): Promise<Assignments> {
  const ids: Assignments = {};
  for (const [slot, text] of Object.entries(named)) {
    const wanted = document.slots[slot];
    if (wanted === undefined)
      throw new AppError('cli.usage', `“${document.name}” has no slot “${slot}”.`, {
        hint: `It has: ${Object.keys(document.slots).join(', ')}.`,
      });
    const connection = await shell.connection(text);
    if (connection.connector !== wanted.connector)
      throw new AppError(
        'cli.usage',
        `Slot “${slot}” needs ${wanted.connector}, but “${connection.name}” is a connection to ${connection.connector}.`,
      );
    ids[slot] = connection.id;
  }
  return ids;
}
