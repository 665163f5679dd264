/** What a spreadsheet, a table of a page or a text file puts on the clipboard, as lines of cells. */
import Papa from 'papaparse';

/** Cells of the first table of a page; undefined where there is none. */
function tableIn(html: string): string[][] | undefined {
  if (!/<table/i.test(html)) return undefined;
  const table = new DOMParser().parseFromString(html, 'text/html').querySelector('table');
  if (table === null) return undefined;
  return [...table.rows].map((row) =>
    [...row.cells].flatMap((cell) => [
      (cell.textContent ?? '').replace(/\s+/g, ' ').trim(),
      ...Array.from({ length: Math.max(0, cell.colSpan - 1) }, () => ''),
    ]),
  );
}

const cellsOf = (text: string, delimiter: string): string[][] =>
  Papa.parse<string[]>(text, { delimiter, quoteChar: '"' }).data.map((line) => [...line]);

/**
 * Lines of cells. Tabs part cells wherever there is one; commas and semicolons only where every one of several lines has as many of
 * them, for a lone comma belongs to a name. A table of a page is used where the text has no tabs: spreadsheets bring both, and
 * their text is exact.
 */
export function pastedLines({ text, html }: { text: string; html: string }): string[][] {
  const clean = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  if (clean.includes('\t')) return cellsOf(clean, '\t');
  const table = tableIn(html);
  if (table !== undefined) return table;
  if (clean === '') return [];
  const lines = clean.split('\n');
  if (lines.length > 1)
    for (const delimiter of [';', ',']) {
      const cells = cellsOf(clean, delimiter);
      const width = cells[0]?.length ?? 0;
      if (width > 1 && cells.every((line) => line.length === width)) return cells;
    }
  return lines.map((line) => [line]);
}
