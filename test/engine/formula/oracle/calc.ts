/** Has LibreOffice Calc compute formulas: writes a flat OpenDocument sheet, converts it without a window, reads the answers back. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenize } from '../../../../engine/formula/lexer.ts';
import type { Fields, Value } from '../../../../engine/model/record.ts';
import { environment, listLength } from './corpus.ts';

/** Functions that Excel's file format writes with a prefix. */
const prefixed = new Set(
  'CEILING.MATH FLOOR.MATH IFS SWITCH TEXTJOIN CONCAT MAXIFS MINIFS STDEV.S STDEV.P VAR.S VAR.P XOR IFNA NUMBERVALUE UNICHAR UNICODE DAYS ISOWEEKNUM'.split(
    ' ',
  ),
);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function columnName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : `A${String.fromCharCode(65 + index - 26)}`;
}

/** First column of each field; a list takes five. */
const columns = new Map<string, number>();
let width = 0;
for (const field of environment.item.fields) {
  columns.set(field.name, width);
  width += field.type === 'list' ? listLength : 1;
}

function cellsOf(field: string, row: number): string {
  const first = columns.get(field);
  if (first === undefined) throw new Error(`no field ${field}`);
  const isList = environment.item.fields.some((one) => one.name === field && one.type === 'list');
  const start = `inputs!${columnName(first)}${row + 1}`;
  return isList ? `${start}:${columnName(first + listLength - 1)}${row + 1}` : start;
}

/** A formula of ours in Excel's grammar, for the record in a row. */
export function translate(formula: string, row: number): string {
  return tokenize(formula)
    .map((token) => {
      if (token.kind === 'field') return cellsOf(token.value, row);
      if (token.kind === 'date') return `DATE(${token.value.split('-').map(Number).join(',')})`;
      if (token.kind === 'text') return `"${token.value.replaceAll('"', '""')}"`;
      return token.kind === 'name' && prefixed.has(token.value) ? `_xlfn.${token.value}` : token.value;
    })
    .join('');
}

function cell(value: Value | undefined, type: string): string {
  if (value === null || value === undefined) return '<table:table-cell/>';
  if (type === 'date') return `<table:table-cell office:value-type="date" office:date-value="${String(value)}"/>`;
  if (type === 'boolean')
    return `<table:table-cell office:value-type="boolean" office:boolean-value="${String(value)}"/>`;
  if (type === 'text') {
    const text = escapeXml(String(value)).replace(/ (?= )|^ | $/g, '<text:s/>');
    return `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  }
  return `<table:table-cell office:value-type="float" office:value="${String(value)}"/>`;
}

const inputRow = (record: Fields): string =>
  environment.item.fields
    .map((field) => {
      const value = record[field.name];
      if (field.type !== 'list') return cell(value, field.type);
      return Array.from({ length: listLength }, (_, at) =>
        cell(Array.isArray(value) ? value[at] : null, field.of ?? 'text'),
      ).join('');
    })
    .join('');

function document(records: readonly Fields[], rows: readonly (readonly [string, number])[]): string {
  const spaces = ['office', 'table', 'text']
    .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
    .join(' ');
  const inputs = records.map((record) => `<table:table-row>${inputRow(record)}</table:table-row>`).join('\n');
  const formulas = rows
    .map(
      ([formula, record]) =>
        `<table:table-row><table:table-cell table:formula="msoxl:=${escapeXml(translate(formula, record))}"/></table:table-row>`,
    )
    .join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${spaces} xmlns:msoxl="http://schemas.microsoft.com/office/excel/formula" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:body><office:spreadsheet>
<table:calculation-settings table:case-sensitive="false" table:use-regular-expressions="false" table:use-wildcards="true" table:automatic-find-labels="false"/>
<table:table table:name="inputs">${inputs}</table:table>
<table:table table:name="formulas">${formulas}</table:table>
</office:spreadsheet></office:body></office:document>`;
}

const unescapeXml = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&');

/** The text of a cell: runs of spaces are elements of their own. */
const textOf = (body: string): string =>
  unescapeXml(
    [...body.matchAll(/<text:p>([\s\S]*?)<\/text:p>/g)]
      .map((match) =>
        (match[1] ?? '')
          .replace(/<text:s(?: text:c="(\d+)")?\/>/g, (_, count?: string) => ' '.repeat(Number(count ?? 1)))
          .replace(/<text:line-break\/>/g, '\n')
          .replace(/<[^>]+>/g, ''),
      )
      .join('\n'),
  );

function answerOf(attributes: string, body: string): string {
  const attribute = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
  if (attribute('calcext:value-type') === 'error') return `e${textOf(body)}`;
  switch (attribute('office:value-type')) {
    case 'boolean':
      return `b${attribute('office:boolean-value') === 'true' ? 'TRUE' : 'FALSE'}`;
    case 'date':
      return `d${(attribute('office:date-value') ?? '').slice(0, 10)}`;
    case 'string':
      return `t${unescapeXml(attribute('office:string-value') ?? '') || textOf(body)}`;
    default: {
      // A cell without a value is an empty text.
      const value = attribute('office:value');
      return value === undefined ? 't' : `n${value}`;
    }
  }
}

/**
 * Calc's answers, one for each row.
 * @throws Error where Calc is not installed (Debian: libreoffice-calc) or gives another number of answers.
 */
export function askCalc(
  records: readonly Fields[],
  rows: readonly (readonly [string, number])[],
): { version: string; answers: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'costwire-oracle-'));
  try {
    const input = join(folder, 'sheet.fods');
    writeFileSync(input, document(records, rows));
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const version = spawnSync('soffice', [profile, '--version'], { encoding: 'utf8' }).stdout ?? '';
    const done = spawnSync(
      'soffice',
      [profile, '--headless', '--convert-to', 'fods', '--outdir', join(folder, 'out'), input],
      { encoding: 'utf8' },
    );
    if (done.status !== 0) throw new Error(`soffice failed: ${done.stderr ?? 'not installed'}`);
    const xml = readFileSync(join(folder, 'out/sheet.fods'), 'utf8');
    const answers = [
      ...xml.matchAll(/<table:table-cell ([^>]*table:formula="[^>]*?)(?:\/>|>([\s\S]*?)<\/table:table-cell>)/g),
    ].map((match) => answerOf(match[1] ?? '', match[2] ?? ''));
    if (answers.length !== rows.length) throw new Error(`${rows.length} formulas, but ${answers.length} answers`);
    return { version: version.trim().split(' ').slice(0, 2).join(' '), answers };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
