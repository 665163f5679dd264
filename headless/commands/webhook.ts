/** `costwire webhook offers | register | list | remove | deliveries`: what a system announces, and to which address. */
import type { Command } from 'commander';
import type { WebhookAdministration, WebhookRegistration } from '../../engine/model/connector.ts';
import { AppError, toAppError } from '../../engine/model/error.ts';
import type { Scope } from '../../engine/model/record.ts';
import { secretsOf } from '../../engine/model/vault.ts';
import { sleepFor } from '../../engine/run/deliver.ts';
import { connectContext } from '../../engine/run/execute-clients.ts';
import { several } from '../options.ts';
import { grid } from '../report.ts';
import type { Shell } from '../shell.ts';

interface Where {
  connection: string;
  project: readonly string[];
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const webhook = program
    .command('webhook')
    .description('webhooks of a connection: what the system announces, and where to');
  const sub = (name: string, description: string, projects: string): Command =>
    webhook
      .command(name)
      .description(description)
      .requiredOption('--connection <connection>', 'the connection')
      .option('--project <id>', projects, several, []);
  const oneProject = 'the project of the webhook (default: the company)';
  const someProjects = 'a project, or all; may be given several times (default: the company)';
  sub('offers', 'list what the system can announce', oneProject).action((where: Where) => offers(shell, where));
  sub('register', 'have changes announced; a webhook with this address is completed, not doubled', someProjects)
    .requiredOption('--url <address>', 'https address that deliveries go to')
    .option('--event <event>', 'record type, or type/event; default: all that flows can use', several, [])
    .action((options: Where & { url: string; event: readonly string[] }) => add(shell, options));
  sub('list', 'list the webhooks of Costwire', someProjects).action((where: Where) => list(shell, where));
  sub('remove <webhook>', 'remove a webhook, or some of its events', oneProject)
    .option('--event <event>', 'only this record type, or type/event', several, [])
    .action((id: string, options: Where & { event: readonly string[] }) => remove(shell, id, options));
  sub('deliveries <webhook>', 'list what was sent, and what became of it', oneProject)
    .option('--status <status>', 'only these, in the system’s word, such as discarded')
    .action((id: string, options: Where & { status?: string }) => deliveries(shell, id, options));
}

/** Does something with a connection's webhooks and signs out on every path. @throws AppError cli.usage where it has none */
async function withAdmin<Result>(
  shell: Shell,
  name: string,
  action: (admin: WebhookAdministration<unknown>, client: unknown) => Promise<Result>,
): Promise<Result> {
  const connection = await shell.connection(name);
  const { vault } = await shell.files();
  const connector = shell.connectors.find(({ id }) => id === connection.connector);
  if (connector === undefined)
    throw new AppError('connection.unknownConnector', `This Costwire has no connector “${connection.connector}”.`);
  if (connector.webhookAdmin === undefined) {
    const help = connector.webhooks?.help;
    throw new AppError('cli.usage', `Webhooks of ${connector.title} cannot be set up from here.`, {
      ...(help === undefined ? {} : { hint: help }),
    });
  }
  const host = {
    secretsOf: (id: string) => secretsOf(vault, id),
    saveSecret: (id: string, secret: string, value: string) => vault.set(id, secret, value),
    now: Date.now,
    sleep: sleepFor,
    random: Math.random,
  };
  const quiet = { onExchange: () => {}, onWait: () => {} };
  const client = connector.connect(await connectContext(connector, connection, host, shell.terminal.signal, quiet));
  try {
    return await action(connector.webhookAdmin, client);
  } finally {
    await connector.disconnect?.(client).catch((thrown: unknown) => {
      shell.remark(toAppError(thrown, 'signing out').message);
    });
  }
}

const scopesOf = ({ project }: Where): readonly string[] | 'all' | undefined =>
  project.length === 0 ? undefined : project.includes('all') ? 'all' : project;

/** The one project of a command. @throws AppError cli.usage */
function scopeOf({ project }: Where): { scope?: string } {
  const [scope, ...others] = project;
  if (others.length > 0 || scope === 'all') throw new AppError('cli.usage', 'Name one project.');
  return scope === undefined ? {} : { scope };
}

const place = (scope: Scope): string => (scope.kind === 'company' ? scope.label : `${scope.label} (${scope.id})`);
const asRow = ({ id, scope, url, status, events }: WebhookRegistration): string[] => [
  id,
  place(scope),
  url,
  status ?? '',
  events.join('\n'),
];
const headings = ['Webhook', 'Of', 'Address', 'Status', 'Events'];

async function offers(shell: Shell, where: Where): Promise<void> {
  const { scope } = scopeOf(where);
  const found = await withAdmin(shell, where.connection, (admin, client) => admin.offers(client, scope));
  const rows = found.map(({ name, actions, resource }) => [name, actions.join(', '), resource ?? '']);
  shell.answer(grid(['Record type', 'Events', 'Resource'], rows), { offers: found });
}

async function add(shell: Shell, options: Where & { url: string; event: readonly string[] }): Promise<void> {
  const scopes = scopesOf(options);
  const outcomes = await withAdmin(shell, options.connection, (admin, client) =>
    admin.register(client, {
      url: options.url,
      ...(scopes === undefined ? {} : { scopes }),
      ...(options.event.length === 0 ? {} : { events: options.event }),
    }),
  );
  const sentences = outcomes.map(({ hook, created, added }) => {
    const what = created ? 'is registered' : added.length === 0 ? 'was there already' : 'is completed';
    return `Webhook ${hook.id} of ${place(hook.scope)} ${what}: ${hook.events.length} events, ${added.length} of them new.`;
  });
  shell.answer(sentences.join('\n'), { outcomes });
}

async function list(shell: Shell, where: Where): Promise<void> {
  const hooks = await withAdmin(shell, where.connection, (admin, client) => admin.list(client, scopesOf(where)));
  shell.answer(hooks.length === 0 ? 'There are no webhooks of Costwire here.' : grid(headings, hooks.map(asRow)), {
    webhooks: hooks,
  });
}

async function remove(shell: Shell, id: string, options: Where & { event: readonly string[] }): Promise<void> {
  const only = options.event.length === 0 ? {} : { events: options.event };
  await withAdmin(shell, options.connection, (admin, client) =>
    admin.remove(client, id, { ...scopeOf(options), ...only }),
  );
  const what = options.event.length === 0 ? 'is removed' : `no longer announces ${options.event.join(', ')}`;
  shell.answer(`Webhook ${id} ${what}.`, { removed: id, ...only });
}

async function deliveries(shell: Shell, id: string, options: Where & { status?: string }): Promise<void> {
  const only = options.status === undefined ? {} : { status: options.status };
  const found = await withAdmin(shell, options.connection, (admin, client) =>
    admin.deliveries(client, id, { ...scopeOf(options), ...only }),
  );
  const rows = found.map(({ at, event, recordId, status, detail }) => [
    at ?? '',
    event,
    recordId ?? '',
    status,
    detail ?? '',
  ]);
  const table = grid(['At', 'Event', 'Record', 'Status', 'Answer'], rows);
  shell.answer(found.length === 0 ? 'Nothing was sent.' : table, { deliveries: found });
}
