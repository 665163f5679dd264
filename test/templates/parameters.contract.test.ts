import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('procore-acumatica-invoices', 'Invoices');
});
afterAll(() => stage.stop());

const run = async (cutoff: string) => (await stage.run('run', 'Invoices', '--param', `cutoff=${cutoff}`)).run.counts;
const bills = () => stage.bookkeeper.list('Bill').filter(({ VendorRef }) => /^DATED-\d$/.test(String(VendorRef)));

it('invoices that a parameter passed over are posted once by a plain run after it is set back', {
  timeout: 120_000,
}, async () => {
  const lines = [{ workThisPeriod: 10_000 }];
  stage.invoices([
    { number: 'DATED-1', date: '2026-01-31', lines },
    { number: 'DATED-2', date: '2026-05-31', lines },
  ]);
  const later = await run('2026-05-01');
  expect(later).toMatchObject({ posted: 1, held: 0, failed: 0 });
  expect(await run('2026-01-01')).toMatchObject({ posted: 1, held: 0, failed: 0 });
  expect(bills().map(({ VendorRef }) => VendorRef)).toEqual(['DATED-2', 'DATED-1']);
  // From then on only changes are read, under either value.
  expect(await run('2026-01-01')).toMatchObject({ posted: 0, held: 0, failed: 0, total: 1 });
  expect(await run('2026-05-01')).toMatchObject({ posted: 0, held: 0, failed: 0, total: 1 });
  expect(bills()).toHaveLength(2);
});
