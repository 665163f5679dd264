import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('cost-codes-and-accounts', 'Codes');
});
afterAll(() => practice.stop());

it('cost codes and accounts that do not agree are held with the reason and what to do, whoever has them', async () => {
  const dry = await practice.run('dry-run', 'Codes');
  expect(dry.problems).toEqual([]);
  const { run, open } = await practice.run('run', 'Codes');
  expect(run.counts).toEqual(dry.run.counts);
  expect(run.counts).toMatchObject({ posted: 0, failed: 0, held: open.length });
  expect(run.counts.total).toBe((run.counts.held ?? 0) + (run.counts.skipped ?? 0));
  const about = (text: string) => open.filter(({ error }) => error?.message.includes(text) === true);
  const remedies: [reason: string, remedy: string][] = [
    ['Acumatica has no cost code for 02-410.200', 'Create it in Acumatica'],
    ['to account 54950', 'Activate the account'],
    ['to account 55900', 'Activate the account'],
    ['10-280.300', 'Add a row for this code'],
    ['No cost code of Procore leads to account', 'Add a row'],
  ];
  for (const [reason, remedy] of remedies) {
    expect(about(reason), reason).not.toEqual([]);
    for (const { error } of about(reason)) expect(error?.hint).toContain(remedy);
  }
  expect(about('Procore has no cost code')).toEqual([]);
  for (const { error } of open) expect(error?.hint).not.toBe('');
});
