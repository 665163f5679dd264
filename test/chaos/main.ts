/** `npm run -s chaos -- --rounds N --seed S [--only ROUND] [--lanes N] --json`: prints what came of it; exit code 1 when a promise was broken. */
import { parseArgs } from 'node:util';
import { chaos } from './driver.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    records: { type: 'string', default: '16' },
    lanes: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const result = await chaos({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  records: Number(values.records),
  lanes: values.only === undefined ? Number(values.lanes) : 1,
  ...(values.only === undefined ? {} : { only: Number(values.only) }),
  tell: (line) => process.stderr.write(`${line}\n`),
});
const { failures, ...counts } = result;
const told = failures.length === 0 ? counts : { ...counts, failures };
console.log(values.json ? JSON.stringify(told) : JSON.stringify(told, undefined, 2));
const broken = result.duplicates + result.lost + result.wrongStatus + result.chainBroken;
process.exitCode = broken === 0 ? 0 : 1;
