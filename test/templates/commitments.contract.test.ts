import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceCompany } from '../../connectors/kit/company/index.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('commitments-reconciled', 'Commitments');
});
afterAll(() => practice.stop());

const { commitmentDifferences } = practiceCompany();
const of = (difference: string): string[] =>
  commitmentDifferences.filter((entry) => entry.difference === difference).map(({ number }) => number);

describe('commitments', { timeout: 300_000 }, () => {
  it('that differ are held with both amounts, those that agree are not', async () => {
    const { problems, open, run } = await practice.run('dry-run', 'Commitments');
    expect(problems).toEqual([]);
    expect(run.counts).toMatchObject({ posted: 0, failed: 0 });
    const reasons = open.map(({ error }) => error?.message ?? '');
    const about = (number: string): string[] => reasons.filter((reason) => reason.includes(number));
    for (const number of of('amount')) expect(about(number).join()).toContain('1,000.00');
    for (const number of of('account')) expect(about(number)).not.toEqual([]);
    for (const number of of('missing')) expect(about(number).join()).toContain('Acumatica has no commitment');
    for (const number of of('case')) expect(about(number)).toEqual([]);
  });

  it('that the ERP lacks are created once where asked', async () => {
    const asked = ['--param', 'createMissing=true'];
    const first = await practice.run('run', 'Commitments', ...asked);
    expect(first.run.counts.posted).toBeGreaterThan(0);
    const second = await practice.run('run', 'Commitments', ...asked);
    expect(second.run.counts.posted).toBe(0);
  });
});
