import { describe, expect, it } from 'vitest';
import { pastedLines } from '../../../renderer/grid/clipboard.ts';
import type { GridColumn } from '../../../renderer/grid/column.ts';
import { filledDown, filledRight, filledWith, pasted } from '../../../renderer/grid/edits.ts';

interface Row {
  id: number;
  code: string;
  account: string;
}
const rows: Row[] = [0, 1, 2].map((id) => ({ id, code: `c${id}`, account: `a${id}` }));
const columns: GridColumn<Row>[] = [
  { id: 'id', title: 'Id', value: ({ id }) => id, width: 10 },
  { id: 'code', title: 'Code', aliases: ['cost_code'], value: ({ code }) => code, edit: ({ code }) => code, width: 10 },
  { id: 'account', title: 'Account', value: ({ account }) => account, edit: ({ account }) => account, width: 10 },
];
const cells = { rows, columns };
const block = (top: number, bottom: number, left: number, right: number) => ({ top, bottom, left, right });
const short = (edits: { row: Row; column: string; text: string }[]) =>
  edits.map(({ row, column, text }) => `${row.id}.${column}=${text}`);

describe('filling', () => {
  it('leaves what is only looked at alone', () => {
    expect(short(filledWith(cells, block(0, 1, 0, 1), ''))).toEqual(['0.code=', '1.code=']);
  });

  it('takes the first row or column of a block, or the one before a single one', () => {
    expect(short(filledDown(cells, block(0, 2, 1, 1)))).toEqual(['1.code=c0', '2.code=c0']);
    expect(short(filledDown(cells, block(2, 2, 1, 2)))).toEqual(['2.code=c1', '2.account=a1']);
    expect(filledDown(cells, block(0, 0, 1, 1))).toEqual([]);
    expect(short(filledRight(cells, block(1, 1, 1, 2)))).toEqual(['1.account=c1']);
    expect(short(filledRight(cells, block(1, 1, 2, 2)))).toEqual(['1.account=c1']);
    expect(filledRight(cells, block(1, 1, 1, 1))).toEqual([]);
  });
});

describe('pasting', () => {
  it('puts a block where the chosen one begins; what reaches below becomes rows', () => {
    const lines = [
      ['x', '1'],
      ['y', '2'],
    ];
    const { edits, extra, cut } = pasted(cells, block(2, 2, 1, 1), lines);
    expect([short(edits), extra, cut]).toEqual([['2.code=x', '2.account=1'], [{ code: 'y', account: '2' }], 0]);
  });

  it('says how many columns found no place', () => {
    expect(pasted(cells, block(0, 0, 2, 2), [['1', '2', '3']])).toMatchObject({ cut: 2, extra: [] });
  });

  it('fills a chosen block that it fits several times', () => {
    expect(short(pasted(cells, block(0, 2, 1, 2), [['x']]).edits)).toHaveLength(6);
    expect(short(pasted(cells, block(0, 2, 2, 2), [['x']]).edits)).toEqual([
      '0.account=x',
      '1.account=x',
      '2.account=x',
    ]);
  });

  it('knows columns by their heading, in any order, by title or name', () => {
    const { edits } = pasted(cells, block(1, 1, 2, 2), [
      ['account', 'COST_CODE'],
      ['7', 'q'],
    ]);
    expect(short(edits)).toEqual(['1.account=7', '1.code=q']);
    // A single line is never a heading, nor is one that names something else.
    expect(short(pasted(cells, block(0, 0, 1, 1), [['Account']]).edits)).toEqual(['0.code=Account']);
    expect(pasted(cells, block(0, 0, 1, 1), [['Code', 'Amount'], ['1', '2']]).edits).toHaveLength(4); // biome-ignore format: lines
  });
});

describe('what is on the clipboard', () => {
  const lines = (text: string) => pastedLines({ text, html: '' });

  it('is parted by tabs wherever there is one, quoted cells included', () => {
    expect(lines('a\tb\r\n"c\nd"\t"say ""e"""\r\n')).toEqual([
      ['a', 'b'],
      ['c\nd', 'say "e"'],
    ]);
    expect(lines('007\t\n')).toEqual([['007', '']]);
  });

  it('is parted by commas or semicolons only where all of several lines agree', () => {
    expect(lines('a;1,5\nb;2,5')).toEqual([
      ['a', '1,5'],
      ['b', '2,5'],
    ]);
    expect(lines('a,b\nc,d\n')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(lines('Miller, Ann')).toEqual([['Miller, Ann']]);
    expect(lines('Miller, Ann\nBob')).toEqual([['Miller, Ann'], ['Bob']]);
    expect(lines('')).toEqual([]);
  });
});
