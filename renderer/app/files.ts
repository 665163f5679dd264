/** Files that come in and go out: through the host's dialogs on the desktop, through the browser's input and download elsewhere. */
import type { CostwireClient, FileAnswer, FileKind } from '../../engine/api/contract.ts';
import { AppError, type AppErrorData } from '../../engine/model/error.ts';
import { serializeFlow } from '../../engine/model/flow-file.ts';
import type { ImportFile } from '../state/flows-slice.ts';
import { errorOf } from '../state/slice.ts';
import type { AppStore } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** What moving files needs. */
export interface FileTools {
  store: AppStore;
  client: CostwireClient;
}

const largest = 20_000_000;
/** Most files of one drop: a whole disk dropped by accident must not hang the window. */
const mostFiles = 200;
const accepted: Readonly<Record<FileKind, string>> = { flows: '.json', templates: '.json', tables: '.csv,.xlsx' };

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** A file as text, or why it cannot be read. */
async function read(file: File): Promise<ImportFile> {
  const fileName = file.name;
  if (file.size > largest) {
    const error = new AppError('host.badInput', t.imports.tooLarge(fileName), { hint: t.imports.tooLargeHint });
    return { fileName, error: error.toJSON() };
  }
  try {
    return { fileName, text: await file.text() };
  } catch (thrown) {
    return { fileName, error: errorOf(thrown, t.doing.readingFiles) };
  }
}

/** Asks for files in the browser's own dialog; none where the user gave up. */
function chosenInBrowser(kind: FileKind, several = true): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = several;
    input.accept = accepted[kind];
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** A file for a mapping table, as base64, or why it cannot be read. */
export type ChosenTableFile =
  | { fileName: string; content: string; error?: never }
  | { fileName: string; error: AppErrorData };

/** Asks for one CSV or XLSX file; undefined where the user gave up. */
export async function chooseTable({ store, client }: FileTools): Promise<ChosenTableFile | undefined> {
  try {
    if (store.getState().host?.hasFileDialogs === true)
      return (await client.host.chooseFiles({ kind: 'tables', several: false }))[0];
    const [file] = await chosenInBrowser('tables', false);
    if (file === undefined) return undefined;
    if (file.size <= largest)
      return { fileName: file.name, content: bytesToBase64(new Uint8Array(await file.arrayBuffer())) };
    const error = new AppError('host.badInput', t.imports.tooLarge(file.name), { hint: t.tables.import.tooLargeHint });
    return { fileName: file.name, error: error.toJSON() };
  } catch (thrown) {
    store.getState().complain(errorOf(thrown, t.doing.choosingFiles));
    return undefined;
  }
}

/** Asks for flow and template files. */
async function chooseFlows({ store, client }: FileTools): Promise<ImportFile[]> {
  if (store.getState().host?.hasFileDialogs !== true) return Promise.all((await chosenInBrowser('flows')).map(read));
  const chosen = await client.host.chooseFiles({ kind: 'flows' });
  return chosen.map((file) =>
    'error' in file ? file : { fileName: file.fileName, text: new TextDecoder().decode(bytesOf(file.content)) },
  );
}

/** Asks for flow and template files and takes them in. @returns the id of the flow, where exactly one came in. */
export async function importFlows(tools: FileTools): Promise<string | undefined> {
  try {
    return await tools.store.getState().importFiles(await chooseFlows(tools));
  } catch (thrown) {
    tools.store.getState().complain(errorOf(thrown, t.doing.choosingFiles));
    return undefined;
  }
}

/** Hands a file to the user: asks where on the desktop, downloads it in a browser. */
export async function keepFile({ store, client }: FileTools, kind: FileKind, file: FileAnswer): Promise<void> {
  const { fileName, content, mimeType } = file;
  try {
    if (store.getState().host?.hasFileDialogs === true) {
      const { keptAs } = await client.host.keepFile({ kind, fileName, content });
      if (keptAs !== null) store.getState().notify({ tone: 'good', title: t.imports.kept(keptAs) });
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytesOf(content)], { type: mimeType }));
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (thrown) {
    store.getState().complain(errorOf(thrown, t.doing.keepingFile));
  }
}

/** Files of a folder and of its folders, flows and templates only. */
async function filesUnder(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (found.length >= mostFiles) return;
  if (entry.isFile) {
    if (!/\.json$/i.test(entry.name)) return;
    const file = entry as FileSystemFileEntry;
    found.push(await new Promise<File>((resolve, reject) => file.file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader hands out a folder in pieces and ends with an empty one.
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (piece.length === 0) return;
    for (const inner of piece) await filesUnder(inner, found);
  }
}

/** Takes in what was dropped: files, folders, or both. */
export async function importDropped({ store }: Pick<FileTools, 'store'>, data: DataTransfer): Promise<void> {
  // The browser empties the transfer once the event is over: entries are taken before anything is awaited.
  const entries = [...data.items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []));
  const loose = [...data.files].filter((_file, index) => entries[index]?.isDirectory !== true);
  const found: File[] = [...loose];
  try {
    for (const entry of entries) if (entry?.isDirectory === true) await filesUnder(entry, found);
  } catch (thrown) {
    store.getState().complain(errorOf(thrown, t.doing.readingFiles));
  }
  if (found.length === 0) return store.getState().notify({ tone: 'info', title: t.imports.nothing });
  if (found.length > mostFiles) store.getState().notify({ tone: 'info', title: t.imports.tooMany(mostFiles) });
  await store.getState().importFiles(await Promise.all(found.slice(0, mostFiles).map(read)));
}

/** Hands the open flow out as it stands on the canvas, in the form of its file. */
export async function exportFlow({ store, client }: FileTools): Promise<void> {
  const { flow } = store.getState();
  if (flow === undefined) return;
  const content = bytesToBase64(new TextEncoder().encode(serializeFlow(flow)));
  const fileName = `${flow.name.slice(0, 180)}.flow.json`;
  await keepFile({ store, client }, 'flows', { fileName, mimeType: 'application/json', content });
}

/** Hands the saved flow out as a template; the host refuses where it finds something that looks like a secret. */
export async function exportTemplate({ store, client }: FileTools): Promise<void> {
  const { flow } = store.getState();
  if (flow === undefined) return;
  try {
    const { template: _preview, ...file } = await client.template.export({ flowId: flow.id, name: flow.name });
    await keepFile({ store, client }, 'templates', file);
  } catch (thrown) {
    store.getState().complain(errorOf(thrown, t.doing.keepingFile));
  }
}

/** Bytes turned into text at once: a call takes no more arguments. */
const chunk = 32_768;

function bytesToBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(text);
}
