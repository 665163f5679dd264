/** The corpus that Calc answers: records, formulas and how answers are written down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormulaEnvironment } from '../../../../engine/formula/index.ts';
import type { Fields } from '../../../../engine/model/record.ts';

/** One row: the formula, the number of its record, and Calc's answer: `n` number, `t` text, `d` date, `b` TRUE/FALSE, `e` error. */
export type Row = readonly [formula: string, record: number, answer: string];

/** The file in `data/`. */
export interface Corpus {
  calc: string;
  records: Fields[];
  rows: Row[];
}

/** Where the corpus stands. */
export const corpusFile = join(import.meta.dirname, 'data/corpus.json');

/** Reads the corpus. */
export const readCorpus = (): Corpus => JSON.parse(readFileSync(corpusFile, 'utf8')) as Corpus;

/** The fields of every record: single values, a list of numbers, one of texts and one of dates, five elements each. */
export const environment: FormulaEnvironment = {
  item: {
    fields: [
      ...['a', 'b', 'c'].map((name) => ({ name, label: name, type: 'decimal' as const })),
      ...['i', 'j'].map((name) => ({ name, label: name, type: 'integer' as const })),
      ...['t', 'u', 'v'].map((name) => ({ name, label: name, type: 'text' as const })),
      ...['f', 'g'].map((name) => ({ name, label: name, type: 'boolean' as const })),
      ...['d', 'e'].map((name) => ({ name, label: name, type: 'date' as const })),
      { name: 'xs', label: 'xs', type: 'list' as const, of: 'decimal' as const },
      { name: 'ys', label: 'ys', type: 'list' as const, of: 'decimal' as const },
      { name: 'ts', label: 'ts', type: 'list' as const, of: 'text' as const },
      { name: 'ds', label: 'ds', type: 'list' as const, of: 'date' as const },
    ],
  },
  parameters: {},
};

/** Elements of a list field: one cell each. */
export const listLength = 5;
