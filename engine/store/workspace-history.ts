/** Drafts and published versions of flows, as files in `history/` so that they travel with the folder. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import { type FlowDocument, flowSchema } from '../model/flow.ts';
import {
  byText,
  faultCode,
  fileFault,
  folderNameFor,
  JsonFile,
  readText,
  revisionOf,
  writeAtomically,
} from './workspace-files.ts';

/** How many autosaved drafts of a flow are kept. */
export const draftsKept = 50;

/** An autosaved state of a flow. */
export interface FlowDraft {
  /** Orders drafts by age; names one. */
  id: string;
  savedAt: string;
  /** Revision of the file that the editing began with. */
  baseRevision: string;
}

/** A published version without its document. */
export interface FlowVersion {
  version: number;
  note: string;
  by: string;
  at: string;
}

const draftSchema = z.object({ savedAt: z.string(), baseRevision: z.string(), document: flowSchema });
const versionSchema = z.object({
  version: z.number().int().positive(),
  note: z.string(),
  by: z.string(),
  at: z.string(),
  document: flowSchema,
});

/** Keeps the last drafts and every published version of each flow. */
export class FlowHistory {
  private readonly folder: string;
  private sequence = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps a draft and drops the oldest beyond {@link draftsKept}. The same content twice is kept once. */
  async addDraft(document: FlowDocument, baseRevision: string): Promise<FlowDraft> {
    const folder = this.draftFolder(document.id);
    const savedAt = new Date().toISOString();
    const text = JSON.stringify({ savedAt, baseRevision, document });
    const hash = revisionOf(JSON.stringify(document)).slice(0, 12);
    const names = await sortedNames(folder);
    const last = names.at(-1);
    if (last?.endsWith(`-${hash}.json`) === true) return this.describe(document.id, last);
    this.sequence = (this.sequence + 1) % 1000;
    const stamp = savedAt.replace(/\D/g, '');
    const name = `${stamp}-${String(this.sequence).padStart(3, '0')}-${hash}.json`;
    await writeAtomically(join(folder, name), text);
    for (const old of [...names, name].slice(0, -draftsKept)) await rm(join(folder, old), { force: true });
    return { id: name.slice(0, -5), savedAt, baseRevision };
  }

  /** Drafts of a flow, newest first. */
  async drafts(flowId: string): Promise<FlowDraft[]> {
    const names = await sortedNames(this.draftFolder(flowId));
    const drafts: FlowDraft[] = [];
    for (const name of names.reverse()) drafts.push(await this.describe(flowId, name));
    return drafts;
  }

  /** The document of a draft. @throws AppError flow.notFound */
  async draft(flowId: string, draftId: string): Promise<FlowDocument> {
    return (await this.readDraft(flowId, `${folderNameFor(draftId)}.json`)).document;
  }

  /** The newest draft with its document, or undefined. */
  async latestDraft(flowId: string): Promise<(FlowDraft & { document: FlowDocument }) | undefined> {
    const name = (await sortedNames(this.draftFolder(flowId))).at(-1);
    if (name === undefined) return undefined;
    return { id: name.slice(0, -5), ...(await this.readDraft(flowId, name)) };
  }

  /** Forgets the drafts of a flow, for instance after they were saved. */
  async clearDrafts(flowId: string): Promise<void> {
    const folder = this.draftFolder(flowId);
    for (const name of await sortedNames(folder)) await rm(join(folder, name), { force: true });
  }

  /** Keeps the text of a flow's undo steps in place of the one before; the renderer bounds and checks it. */
  async keepUndo(flowId: string, text: string): Promise<void> {
    await writeAtomically(this.undoPath(flowId), text);
  }

  /** The undo steps that were kept last, or undefined. */
  undo(flowId: string): Promise<string | undefined> {
    return readText(this.undoPath(flowId));
  }

  /** Keeps a published version; its number is in the document. A number is never given twice. */
  async addVersion(document: FlowDocument, publication: Omit<FlowVersion, 'version'>): Promise<void> {
    const path = this.versionPath(document.id, document.version);
    if ((await readText(path)) !== undefined) {
      throw new AppError('workspace.conflict', `Version ${document.version} of "${document.name}" exists already.`);
    }
    const content = { version: document.version, ...publication, document };
    await writeAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
  }

  /** Published versions, newest first. */
  async versions(flowId: string): Promise<FlowVersion[]> {
    const numbers = await this.versionNumbers(flowId);
    const versions: FlowVersion[] = [];
    for (const number of numbers.reverse()) {
      const { document: _document, ...version } = await this.readVersion(flowId, number);
      versions.push(version);
    }
    return versions;
  }

  /** The document of a published version. @throws AppError flow.notFound */
  async version(flowId: string, version: number): Promise<FlowDocument> {
    return (await this.readVersion(flowId, version)).document;
  }

  /** The highest published number, 0 where nothing was published. */
  async latestVersion(flowId: string): Promise<number> {
    return (await this.versionNumbers(flowId)).at(-1) ?? 0;
  }

  private async versionNumbers(flowId: string): Promise<number[]> {
    const names = await sortedNames(join(this.folder, 'versions', folderNameFor(flowId)));
    return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  }

  private async readVersion(flowId: string, version: number): Promise<z.infer<typeof versionSchema>> {
    const path = this.versionPath(flowId, version);
    if ((await readText(path)) === undefined) {
      throw new AppError('flow.notFound', `The flow has no published version ${version}.`);
    }
    return new JsonFile(path, versionSchema, { version: 1, note: '', by: '', at: '', document: emptyFlow }).read();
  }

  private async readDraft(flowId: string, name: string): Promise<z.infer<typeof draftSchema>> {
    const path = join(this.draftFolder(flowId), name);
    if ((await readText(path)) === undefined) throw new AppError('flow.notFound', 'That draft is no longer kept.');
    return new JsonFile(path, draftSchema, { savedAt: '', baseRevision: '', document: emptyFlow }).read();
  }

  private async describe(flowId: string, name: string): Promise<FlowDraft> {
    const { savedAt, baseRevision } = await this.readDraft(flowId, name);
    return { id: name.slice(0, -5), savedAt, baseRevision };
  }

  private draftFolder(flowId: string): string {
    return join(this.folder, 'drafts', folderNameFor(flowId));
  }

  private undoPath(flowId: string): string {
    return join(this.folder, 'undo', `${folderNameFor(flowId)}.json`);
  }

  private versionPath(flowId: string, version: number): string {
    return join(this.folder, 'versions', folderNameFor(flowId), `${version}.json`);
  }
}

const emptyFlow = { format: 'costwire/flow' as const, schemaVersion: 1, id: '-', name: '-' };

async function sortedNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort(byText);
  } catch (thrown) {
    if (faultCode(thrown) === 'ENOENT') return [];
    throw fileFault(thrown, folder);
  }
}
