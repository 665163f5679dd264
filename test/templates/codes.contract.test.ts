import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('cost-codes-and-accounts', 'Codes');
});
afterAll(() => practice.stop());

it('cost codes and accounts that do not agree are held with the reason', async () => {
  const dry = await practice.run('dry-run', 'Codes');
  expect(dry.problems).toEqual([]);
  const { run, open } = await practice.run('run', 'Codes');
  expect(run.counts).toEqual(dry.run.counts);
  expect(run.counts).toMatchObject({ posted: 0, failed: 0 });
  const reasons = open.map(({ error }) => error?.message ?? '');
  for (const expected of [
    'Acumatica has no cost code for 02-410.200',
    'to account 54950',
    'to account 55900',
    'Cost code 10-280.300',
  ])
    expect(reasons.filter((reason) => reason.includes(expected))).not.toEqual([]);
  const onlyErp = reasons.filter((reason) => reason.startsWith('Procore has no cost code'));
  expect(onlyErp).toEqual([]);
});
