import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceCompany } from '../../connectors/kit/company/index.ts';
import { sumAmounts } from '../../engine/model/money.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-acumatica-direct-costs', 'Costs');
});
afterAll(() => practice.stop());

const costs = [...practiceCompany().directCosts];
const approved = costs.filter(({ status }) => status === 'approved');
const payroll = approved.filter(({ type }) => type === 'payroll');
const bills = approved.filter(({ type }) => type !== 'payroll');
const closed = bills.filter(({ date }) => date.startsWith('2026-02'));

describe('approved direct costs → AP bills', () => {
  it('posts invoices and expenses once, holds those of a closed period and leaves payroll out', async () => {
    const dry = await practice.run('dry-run', 'Costs');
    expect(dry.problems).toEqual([]);
    expect(new Set(dry.open.map(({ error }) => error?.code))).toEqual(new Set(['check.closedPeriod']));
    expect(new Set(dry.open.map(({ origin }) => origin.id))).toEqual(new Set(closed.map(({ id }) => id)));
    for (const { error } of dry.open) expect(error?.hint).not.toBe('');
    expect(dry.sheet?.vouchers).toHaveLength(bills.length - closed.length);
    const open = bills.filter((cost) => !closed.includes(cost));
    const total = sumAmounts(open.map(({ amount }) => amount));
    expect(sumAmounts(dry.sheet?.vouchers.map(({ amount }) => amount) ?? [])).toBe(total);
    const first = await practice.run('run', 'Costs');
    const posted = bills.length - closed.length;
    expect(first.run.counts).toMatchObject({ total: costs.length, posted, held: closed.length, failed: 0 });
    expect(first.run.amounts.posted?.USD).toBe(total);
    const second = await practice.run('run', 'Costs', '--from-the-beginning');
    expect(second.run.counts).toMatchObject({ posted: 0, held: closed.length, total: costs.length });
  });

  it('posts payroll as journals where asked', async () => {
    const asked = ['--from-the-beginning', '--param', 'payrollJournal=true'];
    expect((await practice.run('run', 'Costs', ...asked)).run.counts).toMatchObject({
      posted: payroll.length,
      held: closed.length,
      failed: 0,
    });
    expect((await practice.run('run', 'Costs', ...asked)).run.counts.posted).toBe(0);
  });
});
