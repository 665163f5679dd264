/** Plain files of a workspace: path-safe names, atomic writes, bounded reads, and file-system faults as sentences. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { AppError, type ErrorCode } from '../model/error.ts';

/** Largest workspace file that is read into memory, in bytes. */
export const maxFileBytes = 32 * 1024 * 1024;

const faults: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EACCES: ['workspace.readOnly', 'may not be written or read with your rights'],
  EPERM: ['workspace.readOnly', 'may not be written or read with your rights'],
  EROFS: ['workspace.readOnly', 'is on a file system that is read-only'],
  ENOSPC: ['store.full', 'could not be written because the disk is full'],
  EDQUOT: ['store.full', 'could not be written because your disk quota is used up'],
  ENOENT: ['workspace.notFound', 'does not exist'],
  ENOTDIR: ['workspace.notFound', 'is not inside a folder'],
};

/** The operating system's code of a thrown file fault, such as `ENOENT`. */
export const faultCode = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;

/** A file-system fault as an AppError that names the path; anything else is returned as it came. */
export function fileFault(thrown: unknown, path: string): unknown {
  const code = faultCode(thrown);
  const known = code === undefined ? undefined : faults[code];
  if (known === undefined) return thrown;
  return new AppError(known[0], `"${path}" ${known[1]}.`, { cause: thrown });
}

/**
 * Reads a text file; undefined where there is none.
 * @throws AppError workspace.readOnly | workspace.tooLarge
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) {
      throw new AppError('workspace.tooLarge', `"${basename(path)}" has ${size} bytes; ${maxFileBytes} is the most.`);
    }
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (faultCode(thrown) === 'ENOENT') return undefined;
    throw fileFault(thrown, path);
  }
}

/**
 * Writes a file so that a reader sees the old or the new content, never a part, also after a crash.
 * @param mode file mode, for instance 0o600 for secrets.
 * @throws AppError workspace.readOnly | store.full
 */
export async function writeAtomically(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw fileFault(thrown, path);
  }
}

/** Identity of a content: equal bytes, equal revision. */
export const revisionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

/** Orders texts by code unit, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Names that Windows keeps for devices, in any case and with any extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A file name (without extension) from any text: letters and digits of every script stay, the rest becomes dashes.
 * @example fileNameFor('Approved invoices → AP bills') // 'approved-invoices-ap-bills'
 */
export function fileNameFor(text: string, fallback: string): string {
  const dashed = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+/, '');
  const short = [...dashed].slice(0, 60).join('').replace(/-+$/, '');
  if (short === '') return fallback;
  return reserved.test(short) ? `${short}-flow` : short;
}

/** A folder name for an id that may hold anything: harmless ids stay readable, others become their hash. */
export const folderNameFor = (id: string): string =>
  /^[A-Za-z0-9_-]{1,80}$/.test(id) && !reserved.test(id) ? id : `h-${revisionOf(id)}`;

/**
 * A JSON file with a schema, read fresh each time (other processes use it too) and changed one step after the other.
 * @throws AppError workspace.damaged where the content does not fit the schema; the file is left as it is.
 */
export class JsonFile<Schema extends z.ZodType> {
  readonly path: string;
  private readonly schema: Schema;
  private readonly empty: z.input<Schema>;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(path: string, schema: Schema, empty: z.input<Schema>) {
    this.path = path;
    this.schema = schema;
    this.empty = empty;
  }

  /** The content, or the empty one where there is no file yet. */
  async read(): Promise<z.output<Schema>> {
    const text = await readText(this.path);
    return this.checked(text === undefined ? this.empty : this.json(text));
  }

  /** Reads, changes and writes; `change` returns the new content. Calls wait for each other. */
  update<Result>(change: (content: z.output<Schema>) => readonly [z.output<Schema>, Result]): Promise<Result> {
    const step = this.queue.then(async () => {
      const [next, result] = change(await this.read());
      await writeAtomically(this.path, `${JSON.stringify(next, null, 2)}\n`);
      return result;
    });
    this.queue = step.catch(() => undefined);
    return step;
  }

  private json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (thrown) {
      throw this.damaged('it is not JSON', thrown);
    }
  }

  private checked(content: unknown): z.output<Schema> {
    const parsed = this.schema.safeParse(content);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw this.damaged(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`, parsed.error);
  }

  private damaged(why: string, cause: unknown): AppError {
    return new AppError('workspace.damaged', `"${basename(this.path)}" cannot be read: ${why}.`, { cause });
  }
}
