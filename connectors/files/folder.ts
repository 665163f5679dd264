/** The folder of a connection: only files directly in it are ever touched. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, sep } from 'node:path';
import { AppError } from '../../engine/model/error.ts';

/** Endings of the files that are offered, with what they are. */
const kinds: Readonly<Record<string, 'csv' | 'xlsx'>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.xlsx': 'xlsx',
};

/** What a file is by its name; undefined for those that are not offered. */
export function fileKind(name: string): 'csv' | 'xlsx' | undefined {
  const ending = extname(name).toLowerCase();
  return Object.hasOwn(kinds, ending) ? kinds[ending] : undefined;
}

/**
 * The folder itself, with links resolved.
 * @throws AppError files.notFound
 */
export async function openFolder(folder: string): Promise<string> {
  if (!isAbsolute(folder)) {
    throw new AppError('files.notFound', `“${folder}” is not a whole path.`, {
      hint: 'Write the folder from its beginning, such as /home/ana/exports or C:\\exports.',
    });
  }
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw new AppError('files.notFound', `The folder ${folder} cannot be opened.`, { cause });
  }
  throw new AppError('files.notFound', `${folder} is not a folder.`);
}

const plainName = /^[^/\\:*?"<>|\p{Cc}]+$/u;

/**
 * The path of a file in the folder, whether it exists or not.
 * @throws AppError files.outsideFolder for anything but the plain name of a file in this folder.
 */
export async function fileIn(folder: string, name: string): Promise<string> {
  const outside = new AppError('files.outsideFolder', `“${name}” is not a file of the connection's folder.`);
  if (!plainName.test(name) || name.startsWith('.') || fileKind(name) === undefined) throw outside;
  const root = await openFolder(folder);
  const path = join(root, name);
  try {
    const real = await realpath(path);
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside;
    if (!(await stat(real)).isFile()) throw outside;
    return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path;
    throw error;
  }
}

/** Names of the files that are offered, sorted; hidden ones and lock files of office programs are not. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(await openFolder(folder), { withFileTypes: true });
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => !name.startsWith('~$') && plainName.test(name) && fileKind(name) !== undefined)
    .sort();
}

/** An error of the file system as one for people. */
export function fileError(error: unknown, name: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT')
    return new AppError('files.notFound', `There is no file “${name}” in the folder.`, { cause: error });
  if (code === 'EBUSY' || code === 'EPERM' || code === 'EACCES') {
    return new AppError('files.busy', `“${name}” cannot be opened: another program uses it, or you have no right to.`, {
      cause: error,
    });
  }
  return error;
}
