/** Finds out how a CSV file is written. What is ambiguous is refused with a question, never guessed. */
import { open } from 'node:fs/promises';
import Papa from 'papaparse';
import { AppError } from '../../engine/model/error.ts';
import { delimiters, type Encoding, type FileSettings } from './description.ts';

/** How a CSV file is written. */
export interface CsvFormat {
  encoding: Encoding;
  delimiter: string;
  quote: string;
  newline: '\n' | '\r\n' | '\r';
  /** Some lines end otherwise: a carriage return at the end of a row is part of its line ending. */
  mixed?: boolean;
}

/** How amounts and dates are written; undefined where the sample shows nothing either way. */
export interface ValueFormat {
  decimalSign?: '.' | ',';
  dateOrder?: 'day-month' | 'month-day';
}

const sampleBytes = 256 * 1024;
const sampleRows = 1000;

/** The beginning of a file, and whether that is all of it. */
export async function readSample(path: string): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(sampleBytes);
    const { bytesRead } = await file.read(buffer, 0, sampleBytes, 0);
    return { bytes: buffer.subarray(0, bytesRead), whole: bytesRead < sampleBytes };
  } finally {
    await file.close();
  }
}

/** Share of zero bytes at even and odd places: text of two-byte units is full of them on one side. */
function twoByteEncoding(bytes: Uint8Array): Encoding | undefined {
  const zeros = [0, 0];
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  const many = bytes.length / 8;
  if (odd > many && even * 10 < odd) return 'utf-16le';
  return even > many && odd * 10 < even ? 'utf-16be' : undefined;
}

/** The encoding of a sample: by byte order mark, by zero bytes, as valid UTF-8, else Windows-1252. */
export function detectEncoding(bytes: Uint8Array, whole: boolean): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const twoByte = twoByteEncoding(bytes);
  if (twoByte !== undefined) return twoByte;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole });
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252';
    throw error;
  }
}

/** The line ending of a text outside quotation marks; files pasted together from several may have more than one. */
export function detectNewline(text: string, quote: string): Pick<CsvFormat, 'newline' | 'mixed'> {
  const found = new Set<CsvFormat['newline']>();
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (char === quote) quoted = !quoted;
    else if (quoted) continue;
    else if (char === '\n') found.add('\n');
    else if (char === '\r' && index + 1 < text.length) {
      const pair = text[index + 1] === '\n';
      found.add(pair ? '\r\n' : '\r');
      if (pair) index += 1;
    }
  }
  if (found.has('\n') && found.has('\r\n')) return { newline: '\n', mixed: true };
  const [newline = '\n'] = found;
  return { newline };
}

/** The quotation mark: the single one only where cells are wrapped in it and none in the double one. */
export function detectQuote(text: string): string {
  const wrapped = (mark: string): boolean =>
    new RegExp(`(^|[,;\\t|\\n\\r])${mark}[^${mark}]*${mark}(?=$|[,;\\t|\\n\\r])`).test(text);
  return wrapped("'") && !wrapped('"') ? "'" : '"';
}

function rowsWith(text: string, format: Omit<CsvFormat, 'encoding'>, whole: boolean): string[][] {
  const config = { delimiter: format.delimiter, quoteChar: format.quote, newline: format.newline, preview: sampleRows };
  const { data } = Papa.parse<string[]>(text, { ...config, skipEmptyLines: true });
  return whole || data.length === sampleRows ? data : data.slice(0, -1);
}

function detectDelimiter(
  text: string,
  format: Omit<CsvFormat, 'encoding' | 'delimiter'>,
  whole: boolean,
  name: string,
): string {
  const tried = delimiters.map((delimiter) => {
    const widths = rowsWith(text, { ...format, delimiter }, whole).map((row) => row.length);
    const header = widths[0] ?? 1;
    return { delimiter, header, even: widths.every((width) => width === header) };
  });
  const splitting = tried.filter((candidate) => candidate.header > 1);
  const even = splitting.filter((candidate) => candidate.even);
  if (even.length === 1 && even[0] !== undefined) return even[0].delimiter;
  if (even.length === 0 && splitting.length === 1 && splitting[0] !== undefined) return splitting[0].delimiter;
  if (splitting.length === 0) return ',';
  const shown = (even.length > 1 ? even : splitting).map(({ delimiter }) => (delimiter === '\t' ? 'tab' : delimiter));
  throw new AppError('files.ambiguous', `“${name}” could be separated by ${shown.join(' or by ')}.`);
}

/** What was found out about a CSV file, with the rows of the sample. */
export interface CsvSample {
  format: CsvFormat;
  rows: string[][];
}

/**
 * Finds out how a CSV file is written. Settings outrank what is found.
 * @throws AppError files.ambiguous
 */
export async function detectCsv(path: string, name: string, settings: FileSettings): Promise<CsvSample> {
  const { bytes, whole } = await readSample(path);
  const encoding = settings.encoding ?? detectEncoding(bytes, whole);
  const text = new TextDecoder(encoding).decode(bytes, { stream: !whole });
  const quote = settings.quote ?? detectQuote(text);
  const lines = detectNewline(text, quote);
  const delimiter = settings.delimiter ?? detectDelimiter(text, { quote, ...lines }, whole, name);
  const format = { encoding, delimiter, quote, ...lines };
  return { format, rows: rowsWith(text, format, whole) };
}

const grouped = /^[+-]?\(?\d{1,3}([.,])\d{3}\)?-?$/;

/** The decimal sign that an amount shows beyond doubt; undefined where it could be either or has none. */
export function signShown(text: string): '.' | ',' | undefined {
  const cell = text.replaceAll(/[\s'’()+-]/g, '');
  if (!/^[\d.,]+$/.test(cell)) return undefined;
  const marks = [...cell.matchAll(/[.,]/g)];
  const last = marks.at(-1);
  if (last === undefined) return undefined;
  const kinds = new Set(marks.map((mark) => mark[0]));
  const sign = last[0] === '.' ? '.' : ',';
  if (kinds.size === 2) return sign;
  // One kind of mark several times separates thousands, so that the other one is the decimal sign.
  if (marks.length > 1) return sign === '.' ? ',' : '.';
  return grouped.test(text.trim()) && !cell.startsWith('0') ? undefined : sign;
}

function orderShown(text: string): ValueFormat['dateOrder'] {
  const match = /^(\d{1,2})([./-])(\d{1,2})\2\d{4}$/.exec(text.trim());
  if (match === null) return undefined;
  const [, first, mark, second] = match;
  if (mark === '.' || Number(first) > 12) return 'day-month';
  return Number(second) > 12 ? 'month-day' : undefined;
}

function agree<T extends string>(found: ReadonlySet<T>, name: string, what: string): T | undefined {
  if (found.size > 1) throw new AppError('files.ambiguous', `“${name}” writes ${what} in two ways.`);
  return [...found][0];
}

/**
 * How amounts and dates are written, from sample cells of amount and date columns. Settings outrank what is found.
 * @throws AppError files.ambiguous where cells contradict each other.
 */
export function detectValues(
  amounts: readonly string[],
  dates: readonly string[],
  settings: FileSettings,
  name: string,
): ValueFormat {
  const signs = new Set(amounts.map(signShown).filter((sign) => sign !== undefined));
  const orders = new Set(dates.map(orderShown).filter((order) => order !== undefined));
  const decimalSign = settings.decimalSign ?? agree(signs, name, 'the decimal sign');
  const dateOrder = settings.dateOrder ?? agree(orders, name, 'the day and the month');
  return {
    ...(decimalSign === undefined ? {} : { decimalSign }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
  };
}
