/** The desktop's file dialogs. A window names a kind of file; which file, and where it lies, only the user and this process know. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app, type BrowserWindow, dialog, type FileFilter } from 'electron';
import type { ChosenFile, FileKind } from '../engine/api/contract.ts';
import type { FileDialogs } from '../engine/api/service/context.ts';
import { AppError, toAppError } from '../engine/model/error.ts';
import { fileNameFor, writeAtomically } from '../engine/store/workspace-files.ts';

/** Largest file that is read, in bytes; the contract takes no larger one. */
const maxBytes = 20_000_000;

const filters: Readonly<Record<FileKind, FileFilter[]>> = {
  flows: [{ name: 'Flows and templates', extensions: ['json'] }],
  templates: [{ name: 'Templates', extensions: ['json'] }],
  tables: [{ name: 'Mapping tables', extensions: ['csv', 'xlsx'] }],
};
const titles: Readonly<Record<FileKind, { choose: string; keep: string }>> = {
  flows: { choose: 'Import flows', keep: 'Export the flow' },
  templates: { choose: 'Import templates', keep: 'Export the template' },
  tables: { choose: 'Import a mapping table', keep: 'Export the mapping table' },
};

/** The dialogs, over the window that is open when they are asked for. */
export function desktopFiles(window: () => BrowserWindow | undefined): FileDialogs {
  return {
    async choose(kind, several) {
      const properties: ('openFile' | 'multiSelections')[] = several ? ['openFile', 'multiSelections'] : ['openFile'];
      const options = { title: titles[kind].choose, filters: filters[kind], properties };
      const over = window();
      const { filePaths } = await (over === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(over, options));
      return Promise.all(filePaths.map(read));
    },
    async keep(kind, fileName, content) {
      const defaultPath = join(app.getPath('documents'), safeName(fileName));
      const options = { title: titles[kind].keep, defaultPath, filters: filters[kind] };
      const over = window();
      const { canceled, filePath } = await (over === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(over, options));
      if (canceled || filePath === '') return undefined;
      await writeAtomically(filePath, content);
      return basename(filePath);
    },
  };
}

/** A proposed name without a folder: a window proposes names, never places. */
export function safeName(fileName: string): string {
  const [, stem = '', ending = ''] = /^(.*?)((?:\.(?:flow|template))?\.(?:json|csv|xlsx))?$/su.exec(fileName) ?? [];
  return `${fileNameFor(stem, 'Costwire')}${ending}`;
}

async function read(path: string): Promise<ChosenFile> {
  const fileName = basename(path);
  try {
    if ((await stat(path)).size > maxBytes) throw new AppError('host.badInput', `"${fileName}" is larger than 20 MB.`);
    return { fileName, content: (await readFile(path)).toString('base64') };
  } catch (thrown) {
    return { fileName, error: toAppError(thrown, `reading "${fileName}"`).toJSON() };
  }
}
