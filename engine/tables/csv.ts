/** CSV as spreadsheets write and read it, with codes kept as text and formula injection defused without loss. */
import Papa from 'papaparse';
import { defuse, undefuse } from '../model/defuse.ts';
import { AppError } from '../model/error.ts';

export { defuse, undefuse } from '../model/defuse.ts';

/** CSV text for spreadsheets: byte order mark, CRLF, comma. */
export const toSpreadsheetCsv = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${Papa.unparse(
    rows.map((row) => row.map(defuse)),
    { newline: '\r\n' },
  )}\r\n`;

/** CSV text for files under version control: LF, every row on its own line, nothing defused. */
export const toPlainCsv = (rows: readonly (readonly string[])[]): string =>
  `${Papa.unparse(
    rows.map((row) => [...row]),
    { newline: '\n' },
  )}\n`;

/** Text of a CSV file whatever its encoding: UTF-8, UTF-16 with a byte order mark, else Windows-1252. */
export function decodeCsv(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: spreadsheets of western systems write Windows-1252.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Cells of a CSV text: comma, semicolon or tab is found out.
 * @param options.defused undoes what {@link defuse} did.
 * @throws AppError mapping.invalidTable where a quote does not end.
 */
export function parseCsv(text: string, source: string, options: { defused: boolean }): string[][] {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const result = Papa.parse<string[]>(clean, { skipEmptyLines: true, delimitersToGuess: [',', ';', '\t'] });
  const fault = result.errors.find((error) => error.type === 'Quotes');
  if (fault !== undefined) {
    throw new AppError(
      'mapping.invalidTable',
      `${source}, row ${(fault.row ?? 0) + 1}: a quotation mark does not end.`,
    );
  }
  return options.defused ? result.data.map((row) => row.map(undefuse)) : result.data;
}
