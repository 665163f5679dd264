import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceCompany } from '../../connectors/kit/company/index.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('commitments-reconciled', 'Commitments');
});
afterAll(() => practice.stop());

const { commitmentDifferences, changeOrderDifferences } = practiceCompany();
const changes = (difference: string) => changeOrderDifferences.filter((entry) => entry.difference === difference);
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
    for (const entry of open) expect(entry.error?.hint).not.toBe('');
  });

  it('have change orders that are compared with those of Acumatica', async () => {
    const { open, run } = await practice.run('run', 'Commitments');
    expect(run.counts).toMatchObject({ posted: 0, failed: 0 });
    const reasons = open.map(({ error }) => error?.message ?? '');
    const about = ({ commitment, number }: { commitment: string; number: string }): string[] =>
      reasons.filter((reason) => reason.includes(`“${commitment}, change order ${Number(number)}”`));
    for (const kind of ['missing', 'amount', 'hold', 'writing']) expect(changes(kind)).not.toEqual([]);
    for (const change of changes('missing')) expect(about(change).join()).toContain('Acumatica has no change order');
    for (const change of changes('amount')) expect(about(change).join()).toContain('differs by 500.00');
    for (const change of changes('hold')) expect(about(change).join()).toContain('is “On Hold” in Acumatica');
    for (const change of changes('writing')) expect(about(change)).toEqual([]);
    const told = new Set(reasons.filter((reason) => reason.includes(', change order ')));
    const unknown = new Set(of('missing'));
    const expected = [...changes('missing'), ...changes('amount'), ...changes('hold')];
    const others = [...told].filter(
      (reason) =>
        !expected.some((change) => about(change).includes(reason)) &&
        ![...unknown].some((number) => reason.includes(number)),
    );
    expect(others).toEqual([]);
  });

  it('that differ are updated only as far as Acumatica allows: open ones are held with what would change', async () => {
    const { run, open } = await practice.run('run', 'Commitments', '--param', 'updateDifferent=true');
    expect(run.counts).toMatchObject({ posted: 0, failed: 0 });
    const refused = open.filter(({ error }) => error?.code.startsWith('delivery.') === true);
    expect(refused).not.toEqual([]);
    for (const { error } of refused) expect(error?.hint).not.toBe('');
  });

  it('that the ERP lacks are created once where asked', async () => {
    const asked = ['--param', 'createMissing=true'];
    const first = await practice.run('run', 'Commitments', ...asked);
    expect(first.run.counts.posted).toBeGreaterThan(0);
    const second = await practice.run('run', 'Commitments', ...asked);
    expect(second.run.counts.posted).toBe(0);
  });
});
