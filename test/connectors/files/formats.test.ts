import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCell, writeCell } from '../../../connectors/files/cells.ts';
import { readCsvRows } from '../../../connectors/files/csv-read.ts';
import { newFileFormat, rowsText } from '../../../connectors/files/csv-write.ts';
import type { FileSettings } from '../../../connectors/files/description.ts';
import { type CsvFormat, detectCsv, detectValues, signShown } from '../../../connectors/files/detect.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema } from '../../../engine/model/record.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'costwire-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const write = (content: string | Uint8Array): string => {
  const path = join(folder, 'x.csv');
  writeFileSync(path, content);
  return path;
};
const readAll = async (path: string, format: CsvFormat): Promise<string[][]> => {
  const rows: string[][] = [];
  for await (const batch of readCsvRows(path, 'x.csv', format, never)) rows.push(...batch.map((row) => row.cells));
  return rows;
};
const detect = async (content: string | Uint8Array, settings: FileSettings = {}) => {
  const path = write(content);
  const { format } = await detectCsv(path, 'x.csv', settings);
  return { format, rows: await readAll(path, format) };
};
const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'fine';
};

describe('how a CSV file is written', () => {
  const table = 'vendor;code;amount\r\nŁódź Steel;00123;1.234,50\r\nÅngström "Elektro";0099;2,00\r\n';
  const rows = [
    ['vendor', 'code', 'amount'],
    ['Łódź Steel', '00123', '1.234,50'],
    ['Ångström "Elektro"', '0099', '2,00'],
  ];

  it.each([
    ['UTF-8', Buffer.from(table), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${table}`), 'utf-8'],
    ['UTF-16 little endian with a mark', Buffer.from(`\uFEFF${table}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 little endian without a mark', Buffer.from(table, 'utf16le'), 'utf-16le'],
    ['UTF-16 big endian', Buffer.from(`\uFEFF${table}`, 'utf16le').swap16(), 'utf-16be'],
  ])('is found for %s', async (_name, bytes, encoding) => {
    const found = await detect(bytes);
    expect(found.format).toEqual({ encoding, delimiter: ';', quote: '"', newline: '\r\n' });
    expect(found.rows).toEqual(rows);
  });

  it('is found for Windows-1252', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b\nM'),
      Buffer.from([0xfc]),
      Buffer.from('ller,5 '),
      Buffer.from([0x80]),
      Buffer.from('\n'),
    ]);
    const found = await detect(bytes);
    expect(found.format.encoding).toBe('windows-1252');
    expect(found.rows[1]).toEqual(['Müller', '5 €']);
  });

  it.each([
    ['a,b\n1,2\n', ',', '"', '\n'],
    ['a\tb\r1\t2\r', '\t', '"', '\r'],
    ['a|b\n1|2,5\n', '|', '"', '\n'],
    ["'a','b, c'\n'1','2'\n", ',', "'", '\n'],
    ['"a\nb";"c"\r\n"1";"2"\r\n', ';', '"', '\r\n'],
    ['one\ntwo\n', ',', '"', '\n'],
    ['name;amount\nx;1,5\ny;2,5\n', ';', '"', '\n'],
  ])('is found for %j', async (content, delimiter, quote, newline) => {
    expect((await detect(content)).format).toMatchObject({ delimiter, quote, newline });
  });

  it('takes a file with both kinds of line endings', async () => {
    const found = await detect('a,b\r\n1,2\n3,4\r\n');
    expect(found.rows).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('is asked for where it is ambiguous', async () => {
    expect(await codeOf(detect('a,b;c,d;e\n1,2;3,4;5\n'))).toBe('files.ambiguous');
    expect((await detect('a,b;c,d;e\n1,2;3,4;5\n', { delimiter: ';' })).rows[1]).toEqual(['1,2', '3,4', '5']);
  });
});

describe('reading CSV', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('a', 'Ł', '日', '"', "'", ',', ';', '\n', '\r', '\t', ' ', '=', '0'),
    maxLength: 12,
  });

  it('gives back what was written, for any cells', async () => {
    const formats = fc.constantFrom<CsvFormat>(
      newFileFormat,
      { ...newFileFormat, delimiter: ';', newline: '\n' },
      { ...newFileFormat, delimiter: '\t', newline: '\n', encoding: 'utf-16le' },
    );
    const tables = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(hostile, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(tables, formats, async (rows, format) => {
        const text = rowsText(rows, format);
        const path = write(format.encoding === 'utf-16le' ? Buffer.from(text, 'utf16le') : text);
        // A row of one empty cell is an empty line to every reader.
        expect(await readAll(path, format)).toEqual(rows.filter((row) => row.length > 1 || row[0] !== ''));
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it('streams a file that is larger than one piece, with rows and letters across its borders', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => [`0${index}`, `Łódź "${index}"\n日本`, `${index}.50`]);
    expect(await readAll(write(rowsText(rows, newFileFormat)), newFileFormat)).toEqual(rows);
  });

  it('names the row of a broken quotation mark', async () => {
    await expect(readAll(write('a,b\r\n1,2\r\n3,"4\r\n5,6\r\n'), newFileFormat)).rejects.toMatchObject({
      code: 'files.badFile',
      message: '“x.csv” has a quotation mark that does not end in row 3.',
    });
    const endless = `a,b\r\n1,"${'x\r\n'.repeat(3_000_000)}`;
    await expect(readAll(write(endless), newFileFormat)).rejects.toMatchObject({ code: 'files.badFile' });
  });

  it('says so when the encoding turns out wrong behind the sample', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b\r\n'),
      Buffer.from('1,2\r\n'.repeat(60_000)),
      Buffer.from([0xfc, 0x0d, 0x0a]),
    ]);
    expect(await codeOf(detect(bytes))).toBe('files.ambiguous');
    expect((await detect(bytes, { encoding: 'windows-1252' })).rows.at(-1)).toEqual(['ü']);
  });
});

describe('cells', () => {
  const amount: FieldSchema = { name: 'amount', label: 'Amount', type: 'decimal' };
  const day: FieldSchema = { name: 'day', label: 'Day', type: 'date' };
  const text: FieldSchema = { name: 'code', label: 'Code', type: 'text' };

  it.each([
    ['1,234.56', '.'],
    ['1.234,56', ','],
    ['1.234.567', ','],
    ['12,5', ','],
    ['0.125', '.'],
    ['1234.500', '.'],
    ['1.234', undefined],
    ['1,234', undefined],
    ['1234', undefined],
  ])('show their decimal sign: %s', (cell, sign) => expect(signShown(cell)).toBe(sign));

  it.each([
    ['1,234.56', {}, '1234.56'],
    ['1.234,56', {}, '1234.56'],
    ["1'234.50", {}, '1234.50'],
    ['(12.50)', {}, '-12.50'],
    ['12.50-', {}, '-12.50'],
    ['-0,5', {}, '-0.5'],
    ['1.234', { decimalSign: ',' }, '1234'],
    ['1.234', { decimalSign: '.' }, '1.234'],
    ['90071992547409931.01', {}, '90071992547409931.01'],
    ['', {}, null],
  ] as const)('read amounts exactly: %s', (cell, values, value) =>
    expect(readCell(cell, amount, values, false)).toBe(value),
  );

  it.each([
    ['1.234', 'data.badAmount'],
    ['abc', 'data.badAmount'],
    ['1,2,3', 'data.badAmount'],
    ['12.5.0', 'data.badAmount'],
    ['--5', 'data.badAmount'],
    ['$5', 'data.badAmount'],
  ])('refuse %s as an amount', async (cell, code) => {
    expect(await codeOf(Promise.resolve().then(() => readCell(cell, amount, {}, false)))).toBe(code);
  });

  it.each([
    ['2026-05-31', {}, '2026-05-31'],
    ['31.5.2026', {}, '2026-05-31'],
    ['05/31/2026', {}, '2026-05-31'],
    ['31/05/2026', {}, '2026-05-31'],
    ['03/04/2026', { dateOrder: 'day-month' }, '2026-04-03'],
    ['03/04/2026', { dateOrder: 'month-day' }, '2026-03-04'],
    ['04/04/2026', {}, '2026-04-04'],
  ] as const)('read dates: %s', (cell, values, value) => expect(readCell(cell, day, values, false)).toBe(value));

  it.each(['03/04/2026', '2026-02-30', '0000-00-00', '31/31/2026', 'soon'])('refuse %s as a date', async (cell) => {
    expect(await codeOf(Promise.resolve().then(() => readCell(cell, day, {}, false)))).toBe('data.badDate');
  });

  it('learn the decimal sign and the order of dates from a sample, and refuse contradictions', () => {
    expect(detectValues(['1.234', '12,50'], ['13/02/2026'], {}, 'x')).toEqual({
      decimalSign: ',',
      dateOrder: 'day-month',
    });
    expect(detectValues(['1.234'], ['01/02/2026'], {}, 'x')).toEqual({});
    expect(() => detectValues(['12,50', '12.50'], [], {}, 'x')).toThrow('two ways');
    expect(() => detectValues([], ['13/02/2026', '02/13/2026'], {}, 'x')).toThrow('two ways');
    expect(detectValues(['12,50', '12.50'], [], { decimalSign: '.' }, 'x')).toEqual({ decimalSign: '.' });
  });

  it('keep codes as text and defuse formulas without loss', () => {
    expect(readCell('00123', text, {}, false)).toBe('00123');
    expect(writeCell('00123', text, {})).toBe('00123');
    for (const evil of ['=1+1', '+A1', '-A1', '@x', '\tx', "'=1", '=HYPERLINK("http://x")']) {
      const cell = writeCell(evil, text, {});
      expect(cell.startsWith("'")).toBe(true);
      expect(readCell(cell, text, {}, true)).toBe(evil);
    }
    expect(writeCell('-12.50', amount, {})).toBe('-12.50');
    expect(writeCell('-12.50', amount, { decimalSign: ',' })).toBe('-12,50');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (any) => readCell(writeCell(any, text, {}), text, {}, true) === any),
    );
  });

  it('take amounts of any size there and back', () => {
    const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 99 }));
    fc.assert(
      fc.property(decimals, fc.constantFrom<'.' | ','>('.', ','), ([whole, cents], decimalSign) => {
        const value = `${whole}.${String(cents).padStart(2, '0')}`;
        expect(readCell(writeCell(value, amount, { decimalSign }), amount, { decimalSign }, true)).toBe(value);
      }),
    );
  });
});
