/** Writes `data/corpus.json` anew: `node test/engine/formula/oracle/generate.ts`. Needs LibreOffice Calc (Debian: libreoffice-calc). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { random } from '../fuzz.ts';
import { askCalc } from './calc.ts';
import { corpusFile } from './corpus.ts';
import { makeRecords, makeRows } from './formulas.ts';

const records = makeRecords(random(20_260_215));
const rows = makeRows(records, 7);
const { version, answers } = askCalc(records, rows);
const lines = rows.map(([formula, record], at) => JSON.stringify([formula, record, answers[at]]));
mkdirSync(dirname(corpusFile), { recursive: true });
writeFileSync(
  corpusFile,
  `{"calc":${JSON.stringify(version)},\n"records":[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n],\n"rows":[\n${lines.join(',\n')}\n]}\n`,
);
console.log(`${rows.length} formulas answered by ${version}`);
