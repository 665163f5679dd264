/** `template.*`: the gallery, using a template, exporting a flow as one, importing one. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError } from '../../model/error.ts';
import type { FlowDocument } from '../../model/flow.ts';
import { tablesNamed } from '../../model/tables-named.ts';
import { type Template, templateSchema } from '../../model/template.ts';
import { newFlowId } from '../../store/workspace.ts';
import {
  byText,
  fileFault,
  fileNameFor,
  folderNameFor,
  readText,
  writeAtomically,
} from '../../store/workspace-files.ts';
import { namesIn } from '../../store/workspace-flows.ts';
import type { TemplateUse, TemplateView } from '../contract.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';
import { findSecret } from './secret-scan.ts';

const ending = '.template.json';

/** Implements `template.*`. */
export function templateService(os: RouterImplementer['template'], context: ServiceContext) {
  return {
    list: os.list.handler(async () => {
      const own = await ownTemplates(context);
      const views = own.map((template) => viewOf(context, template, 'workspace'));
      return Promise.all([...context.templates.map((template) => viewOf(context, template, 'costwire')), ...views]);
    }),
    get: os.get.handler(({ input }) => templateOf(context, input.id)),
    use: os.use.handler(async ({ input }) => {
      const { id, name, slots, parameters } = input;
      return applyTemplate(context, await templateOf(context, id), { slots, parameters, ...(name ? { name } : {}) });
    }),
    export: os.export.handler(async ({ input }) => {
      const template = await exportTemplate(context, input.flowId, input);
      const text = `${JSON.stringify(template, null, 2)}\n`;
      const secret = findSecret(template);
      if (secret !== undefined) throw new AppError('template.secretFound', `The export holds ${secret}.`);
      const fileName = `${fileNameFor(input.name, 'template')}${ending}`;
      const content = Buffer.from(text, 'utf8').toString('base64');
      return { fileName, mimeType: 'application/json', content, template };
    }),
    import: os.import.handler(async ({ input }) => {
      const template = parseTemplate(input.text, 'The template');
      const folder = join(context.workspace.folder, 'templates');
      await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
        throw fileFault(thrown, folder);
      });
      await writeAtomically(join(folder, `${folderNameFor(template.id)}${ending}`), input.text);
      return viewOf(context, template, 'workspace');
    }),
  };
}

/**
 * Reads a template file.
 * @param name what to call it in messages.
 * @throws AppError template.invalid
 */
export function parseTemplate(text: string, name: string): Template {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new AppError('template.invalid', `${name} is not complete JSON.`, { cause });
  }
  const parsed = templateSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'template.invalid',
    `${name} has a mistake at "${issue?.path.join('.') ?? ''}": ${issue?.message}.`,
  );
}

/**
 * Makes a flow of a template: missing tables are created, and published where the template brings rows or says that there are none yet; tables that exist are left alone.
 */
export async function applyTemplate(
  context: Pick<ServiceContext, 'workspace' | 'store' | 'user'>,
  template: Template,
  options: { name?: string; slots?: Record<string, string>; parameters?: Record<string, string | boolean | null> },
): Promise<TemplateUse> {
  const { tables } = context.store;
  const tableIds: string[] = [];
  for (const { schema, rows } of template.tables) {
    tableIds.push(schema.id);
    if ((await tables.draft(schema.id)) !== undefined) continue;
    await tables.saveDraft(schema, rows ?? [], context.user);
    if (rows !== undefined) await tables.publish(schema.id, context.user);
  }
  const document: FlowDocument = {
    ...template.flow,
    id: newFlowId(),
    name: options.name ?? template.name,
    version: 0,
  };
  const file = await context.workspace.flows.create(document);
  const { slots = {}, parameters = {} } = options;
  await context.workspace.bindings.set(file.document.id, { slots, parameters });
  return { flowId: file.document.id, tableIds };
}

async function exportTemplate(
  context: ServiceContext,
  flowId: string,
  options: { name: string; summary: string; rows: boolean },
): Promise<Template> {
  const { document } = await context.workspace.flows.get(flowId);
  const named = tablesNamed(document.nodes);
  const tables: Template['tables'] = [];
  for (const id of named.sort(byText)) {
    const table = (await context.store.tables.version(id)) ?? (await context.store.tables.draft(id));
    if (table === undefined)
      throw new AppError('mapping.unknownTable', `The flow uses a table "${id}" that is missing.`);
    tables.push({ schema: table.schema, ...(options.rows ? { rows: [...table.rows] } : {}) });
  }
  const { name, summary } = options;
  const description = document.description ?? '';
  const flow = { ...document, version: 0 };
  return {
    format: 'costwire/template',
    schemaVersion: 1,
    id: fileNameFor(name, 'template'),
    name,
    summary,
    description,
    version: '1.0.0',
    flow,
    tables,
  };
}

async function templateOf(context: ServiceContext, id: string): Promise<Template> {
  const all = [...(await ownTemplates(context)), ...context.templates];
  const found = all.find((template) => template.id === id);
  if (found === undefined) throw new AppError('template.invalid', `There is no template "${id}".`);
  return found;
}

/** Templates imported into the workspace. A damaged file is told to the log and left out: the others still work. */
async function ownTemplates(context: ServiceContext): Promise<Template[]> {
  const folder = join(context.workspace.folder, 'templates');
  const templates: Template[] = [];
  for (const fileName of (await namesIn(folder)).filter((name) => name.endsWith(ending)).sort(byText)) {
    try {
      templates.push(parseTemplate((await readText(join(folder, fileName))) ?? '', `"${fileName}"`));
    } catch (thrown) {
      context.log(toAppError(thrown, `reading "${fileName}"`), 'template.list');
    }
  }
  return templates;
}

async function viewOf(context: ServiceContext, template: Template, from: TemplateView['from']): Promise<TemplateView> {
  const { id, name, summary, description, version, flow } = template;
  const known = new Set((await context.store.tables.list()).map((table) => table.id));
  return {
    id,
    name,
    summary,
    description,
    version,
    from,
    slots: Object.entries(flow.slots).map(([slot, { connector, label }]) => ({
      slot,
      connector,
      ...(label === undefined ? {} : { label }),
    })),
    parameters: flow.parameters,
    tables: template.tables.map(({ schema, rows }) => ({
      id: schema.id,
      name: schema.name,
      rows: rows?.length ?? 0,
      exists: known.has(schema.id),
    })),
  };
}
