/** Flow files of a workspace: one `*.flow.json` per flow in `flows/`; drafts and published versions stand in `history/`. */
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nanoid } from 'nanoid';
import { AppError, type AppErrorData, toAppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import { parseFlow, serializeFlow } from '../model/flow-file.ts';
import { byText, faultCode, fileFault, fileNameFor, readText, revisionOf, writeAtomically } from './workspace-files.ts';
import { FlowHistory } from './workspace-history.ts';

/** A flow as its file holds it. */
export interface FlowFile {
  document: FlowDocument;
  /** Hash of the file's bytes; a save names the one it started from. */
  revision: string;
  fileName: string;
  modifiedAt: string;
  /** Written by a newer Costwire: may be looked at, not changed or run. */
  readOnly: boolean;
}

/** A flow file that cannot be opened: it stays where it is and is listed with the reason. */
export interface BrokenFlowFile {
  fileName: string;
  error: AppErrorData;
}

/** What `flows/` holds. */
export interface FlowListing {
  flows: FlowFile[];
  broken: BrokenFlowFile[];
}

/** A flow in the trash. */
export interface TrashedFlow {
  /** Name to restore it by. */
  trashName: string;
  name: string;
  deletedAt: string;
}

/** The answer to a save: stored, or refused because the file changed meanwhile; then both versions are there to choose from. */
export type SaveOutcome =
  | { saved: true; file: FlowFile }
  | { saved: false; mine: FlowDocument; theirs: FlowFile | undefined };

const ending = '.flow.json';

/** Reads and writes the flow files of one workspace folder. */
export class FlowFiles {
  readonly folder: string;
  readonly history: FlowHistory;
  private readonly trash: string;

  constructor(workspace: string) {
    this.folder = join(workspace, 'flows');
    this.trash = join(workspace, 'trash');
    this.history = new FlowHistory(join(workspace, 'history'));
  }

  /** All flows by name, and the files that cannot be opened. Two files with one id: the later by file name is listed as broken. */
  async list(): Promise<FlowListing> {
    const listing: FlowListing = { flows: [], broken: [] };
    const seen = new Map<string, string>();
    for (const fileName of await this.fileNames()) {
      const read = await this.readFile(fileName);
      if (read === undefined) continue;
      if ('error' in read) {
        listing.broken.push(read);
        continue;
      }
      const other = seen.get(read.document.id);
      if (other === undefined) {
        seen.set(read.document.id, fileName);
        listing.flows.push(read);
      } else {
        const text = `"${fileName}" has the same flow id as "${other}", so only the first is used.`;
        listing.broken.push({ fileName, error: new AppError('flow.duplicateId', text).toJSON() });
      }
    }
    listing.flows.sort((a, b) => a.document.name.localeCompare(b.document.name));
    return listing;
  }

  /** One flow. @throws AppError flow.notFound */
  async get(id: string): Promise<FlowFile> {
    const found = await this.find(id);
    if (found === undefined) throw new AppError('flow.notFound', `There is no flow "${id}" in this workspace.`);
    return found;
  }

  /** One flow by its id, or undefined. */
  async find(id: string): Promise<FlowFile | undefined> {
    return (await this.list()).flows.find((flow) => flow.document.id === id);
  }

  /**
   * Stores a document under the file it came from. Invalid flows are welcome; the planner judges them.
   * @param revision the revision that was read; another one on disk refuses the save and returns both versions.
   * @throws AppError flow.newer | workspace.readOnly | store.full
   */
  async save(document: FlowDocument, revision: string): Promise<SaveOutcome> {
    const current = await this.find(document.id);
    if (current === undefined || current.revision !== revision) {
      return { saved: false, mine: document, theirs: current };
    }
    this.refuseNewer(current);
    return { saved: true, file: await this.write(current.fileName, document) };
  }

  /** Stores a new flow in a file named after it. A taken or missing id is replaced by a fresh one. */
  async create(document: FlowDocument): Promise<FlowFile> {
    const taken = await this.find(document.id);
    const id = taken === undefined ? document.id : newFlowId();
    return this.write(await this.freeName(document.name), { ...document, id });
  }

  /** A copy with its own id, not published. @throws AppError flow.notFound */
  async duplicate(id: string, name: string): Promise<FlowFile> {
    const { document } = await this.get(id);
    return this.create({ ...document, id: newFlowId(), name, version: 0 });
  }

  /** Changes the name inside the file; the file keeps its own, so that version control follows it. @throws AppError flow.notFound */
  async rename(id: string, name: string): Promise<FlowFile> {
    const current = await this.get(id);
    this.refuseNewer(current);
    return this.write(current.fileName, { ...current.document, name });
  }

  /** Moves the file to the trash. @returns the name to restore it by. @throws AppError flow.notFound */
  async remove(id: string): Promise<string> {
    const current = await this.get(id);
    const trashName = `${Date.now()}-${current.fileName}`;
    const text = await readText(join(this.folder, current.fileName));
    await writeAtomically(join(this.trash, trashName), text ?? serializeFlow(current.document));
    await this.change(join(this.folder, current.fileName), (path) => rm(path, { force: true }));
    return trashName;
  }

  /** What is in the trash, newest first. */
  async trashed(): Promise<TrashedFlow[]> {
    const found: TrashedFlow[] = [];
    for (const trashName of (await namesIn(this.trash)).filter((name) => name.endsWith(ending))) {
      const at = Number(/^\d+/.exec(trashName)?.[0] ?? 0);
      const text = (await readText(join(this.trash, trashName))) ?? '';
      found.push({ trashName, name: nameIn(text) ?? trashName, deletedAt: new Date(at).toISOString() });
    }
    return found.sort((a, b) => b.deletedAt.localeCompare(a.deletedAt));
  }

  /** Brings a flow back from the trash. @throws AppError flow.notFound */
  async restore(trashName: string): Promise<FlowFile> {
    const path = join(this.trash, basename(trashName));
    const text = await readText(path);
    if (text === undefined) throw new AppError('flow.notFound', `"${trashName}" is no longer in the trash.`);
    const file = await this.create(parseFlow(text).document);
    await this.change(path, (gone) => rm(gone, { force: true }));
    return file;
  }

  /**
   * Freezes the saved flow as its next numbered version, which real runs use.
   * @throws AppError flow.notFound | flow.newer
   */
  async publish(id: string, note: string, by: string): Promise<FlowFile> {
    const current = await this.get(id);
    this.refuseNewer(current);
    const version = Math.max(current.document.version, await this.history.latestVersion(id)) + 1;
    const document = { ...current.document, version };
    await this.history.addVersion(document, { note, by, at: new Date().toISOString() });
    return this.write(current.fileName, document);
  }

  /** Reads one file of the folder; a file that cannot be a flow comes back with its reason. */
  async readFile(fileName: string): Promise<FlowFile | BrokenFlowFile | undefined> {
    const path = join(this.folder, basename(fileName));
    try {
      const text = await readText(path);
      if (text === undefined) return undefined;
      const { document, readOnly } = parseFlow(text, `"${fileName}"`);
      const modifiedAt = (await stat(path)).mtime.toISOString();
      return { document, revision: revisionOf(text), fileName, modifiedAt, readOnly };
    } catch (thrown) {
      if (faultCode(thrown) === 'ENOENT') return undefined;
      return { fileName, error: toAppError(thrown, `reading "${fileName}"`).toJSON() };
    }
  }

  private async write(fileName: string, document: FlowDocument): Promise<FlowFile> {
    const text = serializeFlow(document);
    await writeAtomically(join(this.folder, fileName), text);
    const modifiedAt = new Date().toISOString();
    return { document: parseFlow(text).document, revision: revisionOf(text), fileName, modifiedAt, readOnly: false };
  }

  private refuseNewer(file: FlowFile): void {
    if (!file.readOnly) return;
    throw new AppError('flow.newer', `"${file.document.name}" was written by a newer Costwire and is read-only here.`);
  }

  private async fileNames(): Promise<string[]> {
    return (await namesIn(this.folder)).filter((name) => name.endsWith(ending) && !name.startsWith('.')).sort(byText);
  }

  private async freeName(name: string): Promise<string> {
    const taken = new Set((await this.fileNames()).map((fileName) => fileName.toLowerCase()));
    const stem = fileNameFor(name, 'flow');
    for (let count = 1; ; count += 1) {
      const candidate = `${stem}${count === 1 ? '' : `-${count}`}${ending}`;
      if (!taken.has(candidate)) return candidate;
    }
  }

  private async change(path: string, step: (path: string) => Promise<void>): Promise<void> {
    try {
      await step(path);
    } catch (thrown) {
      throw fileFault(thrown, path);
    }
  }
}

/** A fresh flow id. */
export const newFlowId = (): string => `f_${nanoid(12)}`;

/** The files of a folder by name; none where the folder does not exist yet. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  } catch (thrown) {
    if (faultCode(thrown) === 'ENOENT') return [];
    throw fileFault(thrown, folder);
  }
}

function nameIn(text: string): string | undefined {
  try {
    return parseFlow(text).document.name;
  } catch {
    // A damaged file in the trash is listed under its file name instead.
    return undefined;
  }
}
