/** Reads CSV row by row from a stream: memory does not grow with the file. */
import { createReadStream } from 'node:fs';
import Papa from 'papaparse';
import { AppError } from '../../engine/model/error.ts';
import { longestCell } from './cells.ts';
import type { CsvFormat } from './detect.ts';
import { fileError } from './folder.ts';

/** A row with its place in the file; the heading is row 1. */
export interface TableRow {
  number: number;
  cells: string[];
}

/** What papaparse's parser of one piece answers; the published types leave it open. */
interface PieceResult {
  data: string[][];
  errors: { type: string; code: string; row?: number }[];
  meta: { cursor: number };
}

async function* decoded(path: string, name: string, format: CsvFormat, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder(format.encoding, { fatal: format.encoding === 'utf-8' });
  try {
    for await (const chunk of createReadStream(path, { signal, highWaterMark: 256 * 1024 })) {
      yield decoder.decode(chunk as Buffer, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) {
      throw new AppError('files.ambiguous', `“${name}” begins like UTF-8 but is not.`, {
        hint: 'Set the encoding, for instance to windows-1252, or save the file as UTF-8.',
        cause: error,
      });
    }
    throw fileError(error, name);
  }
}

/**
 * Rows of a CSV file in batches, empty lines left out.
 * @throws AppError files.badFile, files.ambiguous, files.notFound, files.busy
 */
export async function* readCsvRows(
  path: string,
  name: string,
  format: CsvFormat,
  signal: AbortSignal,
): AsyncGenerator<TableRow[]> {
  const config = { delimiter: format.delimiter, quoteChar: format.quote, newline: format.newline };
  let rest = '';
  let row = 0;
  const parsePiece = (text: string, last: boolean): { rows: TableRow[]; rest: string } => {
    // A parser of its own for each piece: it keeps no state that is of use beyond the cursor.
    const result = new Papa.Parser(config).parse(text, 0, !last) as PieceResult;
    const fault = result.errors.find((error) => error.type === 'Quotes');
    if (fault !== undefined) {
      const what =
        fault.code === 'MissingQuotes' ? 'a quotation mark that does not end' : 'text behind a closing quotation mark';
      throw new AppError('files.badFile', `“${name}” has ${what} in row ${row + (fault.row ?? 0) + 1}.`);
    }
    const rows: TableRow[] = [];
    for (const cells of result.data) {
      row += 1;
      if (format.mixed === true && cells.at(-1)?.endsWith('\r') === true) cells.push((cells.pop() ?? '').slice(0, -1));
      if (cells.length > 1 || cells[0] !== '') rows.push({ number: row, cells });
    }
    return { rows, rest: last ? '' : text.slice(result.meta.cursor) };
  };
  for await (const text of decoded(path, name, format, signal)) {
    const piece = parsePiece(rest + text, false);
    rest = piece.rest;
    if (rest.length > longestCell * 16) {
      throw new AppError(
        'files.badFile',
        `“${name}” has a row behind row ${row} that is longer than ${longestCell * 16} characters.`,
        {
          hint: 'Look for a quotation mark that does not end.',
        },
      );
    }
    if (piece.rows.length > 0) yield piece.rows;
  }
  if (rest === '') return;
  const { rows } = parsePiece(rest, true);
  if (rows.length > 0) yield rows;
}
