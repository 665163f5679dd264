import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isApproved, practiceCompany } from '../../connectors/kit/company/index.ts';
import { sumAmounts } from '../../engine/model/money.ts';
import { type Practice, type RunAnswer, startPractice } from './practice.ts';

let practice: Practice;
let dry: RunAnswer;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-acumatica-invoices', 'Invoices');
  dry = await practice.run('dry-run', 'Invoices');
}, 300_000);
afterAll(() => practice.stop());

const { requisitions, oddities, vendors } = practiceCompany();
const approved = [...requisitions.all()].filter(isApproved);
const of = (oddity: string): string[] => oddities.find(({ id }) => id === oddity)?.requisitions ?? [];
const unlinked = new Set(vendors.filter(({ linked }) => !linked).map(({ id }) => id));

/** What a dry run holds, by reason, before anything is sent. */
const foreseen: Record<string, readonly string[]> = {
  'mapping.unmappedCode': of('unmapped-code'),
  'check.closedPeriod': of('closed-period'),
  'check.unknownVendor': [
    ...of('vendor-missing-in-erp'),
    ...of('vendor-inactive-in-erp'),
    ...approved.filter(({ vendorId }) => unlinked.has(vendorId)).map(({ id }) => id),
  ],
  'check.unknownValue': [
    ...of('inactive-account'),
    ...of('account-without-group'),
    ...of('cost-code-missing-in-erp'),
    ...of('project-missing-in-erp'),
    ...of('task-missing-in-erp'),
  ],
  'delivery.duplicateKey': of('duplicate-number'),
};
const [, duplicate = ''] = of('duplicate-number');
/** What only Acumatica knows when the bill arrives. */
const refused = of('hand-keyed');
const heldIds = (answer: RunAnswer): string[] => answer.open.map(({ origin }) => origin.id);
/** Of two invoices with one number, whichever is read first is posted: the other counts as the second. */
const named = (ids: readonly string[]): Set<string> =>
  new Set(ids.map((id) => (of('duplicate-number').includes(id) ? duplicate : id)));

describe('approved invoices → AP bills', { timeout: 300_000 }, () => {
  it('hold what cannot be posted before anything is sent, each with its reason and remedy', () => {
    expect(dry.problems).toEqual([]);
    expect(named(heldIds(dry))).toEqual(named(Object.values(foreseen).flat()));
    expect(heldIds(dry).filter((id) => of('duplicate-number').includes(id))).toHaveLength(1);
    for (const { origin, error } of dry.open) {
      expect(foreseen[error?.code ?? ''], `${origin.id} ${error?.code}`).toContain(origin.id);
      expect(error?.hint).not.toBe('');
    }
    const { counts } = dry.run;
    expect(counts.total).toBe(requisitions.size);
    expect(counts.skipped).toBe(requisitions.size - approved.length);
    expect(counts.held).toBe(dry.open.length);
    expect(counts.awaitingApproval).toBe(approved.length - dry.open.length);
  });

  it('show vouchers that sum to what is due, credits and released retainage included', () => {
    const held = new Set(heldIds(dry));
    const shown = approved.filter(({ id }) => !held.has(id));
    const due = sumAmounts(shown.map(({ summary }) => summary.currentPaymentDue));
    const vouchers = (dry.sheet?.vouchers ?? []).filter(({ action }) => action === 'create');
    expect(vouchers).toHaveLength(shown.length);
    expect(sumAmounts(vouchers.map(({ amount }) => amount))).toBe(due);
    expect(dry.sheet?.totals.byCurrency.USD?.amount).toBe(due);
    const credits = vouchers.filter(({ value }) => value.Type === 'Debit Adj.');
    expect(credits).toHaveLength(of('negative').filter((id) => !held.has(id)).length);
    expect(credits.length).toBeGreaterThan(0);
    const releases = vouchers.filter(({ value }) =>
      (value.Details as { Account: string }[]).every(({ Account }) => Account === '20500'),
    );
    expect(releases).toHaveLength(of('retainage-release').filter((id) => !held.has(id)).length);
    expect(releases.length).toBeGreaterThan(0);
  });

  it('are posted once, to the cent, and what the ERP refuses is held with its words', async () => {
    const first = await practice.run('run', 'Invoices');
    expect(named(heldIds(first))).toEqual(named([...heldIds(dry), ...refused]));
    for (const { error } of first.open) expect(error?.hint).not.toBe('');
    const held = new Set(heldIds(first));
    const posted = approved.filter(({ id }) => !held.has(id));
    expect(first.run.counts).toMatchObject({ posted: posted.length, failed: 0, inDoubt: 0, total: requisitions.size });
    expect(first.run.amounts.posted?.USD).toBe(sumAmounts(posted.map(({ summary }) => summary.currentPaymentDue)));
    const second = await practice.run('run', 'Invoices', '--from-the-beginning');
    expect(second.run.counts).toMatchObject({ posted: 0, held: held.size, failed: 0, total: requisitions.size });
  });
});
