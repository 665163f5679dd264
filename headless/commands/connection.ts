/** `costwire connection add | list | remove | sign-in`. Secrets come from standard input, the environment or a file and are never shown. */
import type { Command } from 'commander';
import { type Connection, type Environment, environments, isShown } from '../../engine/model/connection.ts';
import type { Connector } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { newConnectionId } from '../../engine/store/workspace.ts';
import { type Assignments, assignment, readSecrets, several } from '../options.ts';
import { grid } from '../report.ts';
import type { Shell } from '../shell.ts';
import { signIn } from './sign-in.ts';

interface AddOptions {
  connector: string;
  name?: string;
  environment: string;
  set: Assignments;
  secret: readonly string[];
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const connection = program.command('connection').description('connections of the workspace');
  connection
    .command('add')
    .description('add a connection, or change the one with the same name')
    .requiredOption('--connector <id>', 'the system, such as procore or acumatica')
    .option('--name <name>', 'what to call it')
    .option('--environment <environment>', environments.join(', '), 'sandbox')
    .option('--set <name=value>', 'a field of the connection', assignment, {})
    .option(
      '--secret <name>',
      'a secret: a line of standard input, or name=env:VARIABLE, or name=file:PATH',
      several,
      [],
    )
    .action((options: AddOptions) => add(shell, options));
  connection
    .command('list')
    .description('list the connections')
    .action(() => list(shell));
  connection
    .command('remove <connection>')
    .description('remove a connection and its secrets')
    .action((name: string) => remove(shell, name));
  connection
    .command('sign-in <connection>')
    .description('sign in through a browser, where the connection is set so; keeps the sign-in in the vault')
    .action((name: string) => signIn(shell, name));
}

async function add(shell: Shell, options: AddOptions): Promise<void> {
  const connector = shell.connectors.find(({ id }) => id === options.connector);
  if (connector === undefined) {
    const known = shell.connectors.map(({ id }) => id).join(', ');
    throw new AppError('cli.usage', `There is no connector “${options.connector}”.`, { hint: `There are: ${known}.` });
  }
  const environment = environments.find((known) => known === options.environment);
  if (environment === undefined)
    throw new AppError('cli.usage', `“${options.environment}” is no environment.`, {
      hint: `There are: ${environments.join(', ')}.`,
    });
  const secrets = await readSecrets(shell, options.secret);
  const connection = await keep(shell, connector, { ...options, environment, secrets });
  const missing = missingFields(connector, connection);
  const remark = missing.length === 0 ? '' : `\nStill missing: ${missing.join(', ')}.`;
  shell.answer(`Connection “${connection.name}” is saved.${remark}\nTry it: costwire ping "${connection.name}"`, {
    connection,
    missing,
  });
}

/** Adds a connection to the workspace or changes the one of that name. @throws AppError cli.usage for unknown fields */
export async function keep(
  shell: Shell,
  connector: Connector,
  wanted: { name?: string; environment: Environment; set: Assignments; secrets: Assignments },
): Promise<Connection> {
  const { workspace, vault } = await shell.files();
  const name = wanted.name ?? `${connector.title} (${wanted.environment})`;
  const existing = (await workspace.connections.list()).find((other) => other.name === name);
  if (existing !== undefined && existing.connector !== connector.id)
    throw new AppError('cli.usage', `“${name}” is a connection to ${existing.connector}.`, {
      hint: 'Choose another name.',
    });
  checkNames(connector, wanted.set, wanted.secrets);
  const id = existing?.id ?? newConnectionId();
  for (const [secret, value] of Object.entries(wanted.secrets)) await vault.set(id, secret, value);
  return await workspace.connections.save({
    ...existing,
    id,
    name,
    connector: connector.id,
    environment: wanted.environment,
    fields: { ...existing?.fields, ...wanted.set },
    secrets: (await vault.names(id)).sort((a, b) => a.localeCompare(b)),
  });
}

function checkNames(connector: Connector, set: Assignments, secrets: Assignments): void {
  const refuse = (text: string): never => {
    const names = connector.credentials.map(({ name, kind }) => (kind === 'secret' ? `${name} (secret)` : name));
    throw new AppError('cli.usage', text, { hint: `${connector.title} has: ${names.join(', ')}.` });
  };
  for (const name of Object.keys(set)) {
    const field = connector.credentials.find((candidate) => candidate.name === name);
    if (field === undefined) refuse(`${connector.title} has no field “${name}”.`);
    else if (field.kind === 'secret') refuse(`“${name}” is a secret: use --secret, not --set.`);
    else if (field.choices?.some(({ value }) => value === set[name]) === false)
      refuse(`“${name}” takes ${field.choices.map(({ value }) => value).join(', ')}.`);
  }
  for (const name of Object.keys(secrets)) {
    if (connector.credentials.find((candidate) => candidate.name === name)?.kind !== 'secret')
      refuse(`${connector.title} has no secret “${name}”.`);
  }
}

function missingFields(connector: Connector, connection: Connection): string[] {
  return connector.credentials
    .filter((field) => {
      if (!field.required || !isShown(field, connector.credentials, connection.fields) || field.default !== undefined)
        return false;
      return field.kind === 'secret'
        ? !connection.secrets.includes(field.name)
        : (connection.fields[field.name] ?? '') === '';
    })
    .map(({ name }) => name);
}

async function list(shell: Shell): Promise<void> {
  const { workspace } = await shell.files();
  const connections = await workspace.connections.list();
  const rows = connections.map(({ name, id, connector, environment, secrets }) => [
    name,
    id,
    connector,
    environment,
    secrets.join(', '),
  ]);
  const empty = 'The workspace has no connections yet. Add one: costwire connection add --help.';
  shell.answer(rows.length === 0 ? empty : grid(['Connection', 'Id', 'System', 'Environment', 'Secrets set'], rows), {
    connections,
  });
}

async function remove(shell: Shell, name: string): Promise<void> {
  const connection = await shell.connection(name);
  const { workspace, vault } = await shell.files();
  await vault.delete(connection.id);
  await workspace.connections.remove(connection.id);
  shell.answer(`Connection “${connection.name}” and its secrets are removed.`, { removed: connection.id });
}
