/**
 * Writes CSV so that a row is there once or not at all. What is about to be appended is noted first: after a crash or a full disk
 * the next opening finds the note and takes a half-written row back.
 */

import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import Papa from 'papaparse';
import { AppError } from '../../engine/model/error.ts';
import type { Encoding } from './description.ts';
import type { CsvFormat } from './detect.ts';

/** How new files are written: as spreadsheets expect it. */
export const newFileFormat: CsvFormat = { encoding: 'utf-8', delimiter: ',', quote: '"', newline: '\r\n' };

/** Bytes of a text. @throws AppError files.foreignFile for encodings that Costwire reads only */
export function encode(text: string, encoding: Encoding, name: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  throw new AppError(
    'files.foreignFile',
    `“${name}” is written in ${encoding}, which Costwire reads but does not write.`,
  );
}

/** Text of rows, each with its line ending. */
export const rowsText = (rows: readonly (readonly string[])[], format: CsvFormat): string =>
  rows
    .map((row) => {
      const config = { delimiter: format.delimiter, quoteChar: format.quote, newline: format.newline };
      // A row of one empty cell would be an empty line, which readers skip.
      const line = row.length === 1 && row[0] === '' ? format.quote.repeat(2) : Papa.unparse([[...row]], config);
      return line + format.newline;
    })
    .join('');

const noteOf = (path: string): string => join(dirname(path), `.${basename(path)}.costwire-append`);

/** Makes what is in a file durable, also its place in the folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Replaces a file in one step: readers see the old content or the new, never a part. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Takes back what a crash left half-written. Harmless where there is nothing. */
export async function recoverAppend(path: string): Promise<void> {
  const note = noteOf(path);
  let text: string;
  try {
    text = await readFile(note, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const match = /^(\d+) (\d+)$/.exec(text);
  if (match !== null) {
    const [offset, length] = [Number(match[1]), Number(match[2])];
    const { size } = await stat(path);
    if (size > offset && size < offset + length) await truncate(path, offset);
  }
  await rm(note, { force: true });
}

/** Appends bytes: all of them or none. */
export async function appendBytes(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await replaceFile(noteOf(path), Buffer.from(`${size} ${bytes.length}`));
    try {
      let written = 0;
      while (written < bytes.length) {
        const { bytesWritten } = await file.write(bytes, written, bytes.length - written, size + written);
        written += bytesWritten;
      }
      await file.sync();
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  } finally {
    await file.close();
  }
  await rm(noteOf(path), { force: true });
}

/** Whether a file's last line has its line ending. */
export async function endsWithNewline(path: string, format: CsvFormat): Promise<boolean> {
  const ending = encode(format.newline, format.encoding, basename(path));
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < ending.length) return size === 0;
    const tail = Buffer.alloc(ending.length);
    await file.read(tail, 0, ending.length, size - ending.length);
    return tail.equals(ending);
  } finally {
    await file.close();
  }
}
