import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DirectCost } from '../../connectors/kit/company/index.ts';
import { directCostRow } from '../../connectors/procore/simulator/shapes-billing.ts';
import { format, parse } from '../../engine/model/decimal.ts';
import { sumAmounts } from '../../engine/model/money.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('procore-acumatica-direct-costs', 'Costs');
});
afterAll(() => stage.stop());

const firstId = 562_949_985_900_001;
/** Replaces the job's direct costs: each with lines of cost type and amount. */
function costs(
  wishes: readonly (Partial<DirectCost> & { amounts: readonly [DirectCost['lines'][number]['costType'], string][] })[],
) {
  const { tables, company } = stage.procore.state;
  tables['direct-costs'].clear();
  wishes.forEach(({ amounts, ...more }, index) => {
    const id = String(firstId + index);
    const lines = amounts.map(([costType, amount], place) => ({
      id: `${81_001 + index * 10 + place}`,
      position: place + 1,
      description: `Line ${place + 1}`,
      costCode: '03-100.100',
      costType,
      amount,
    }));
    const amount = sumAmounts(amounts.map(([, each]) => each));
    const at = '2026-05-20T10:00:00Z';
    const base = {
      id,
      jobId: stage.job.id,
      date: '2026-05-19',
      description: 'Site costs',
      status: 'approved' as const,
    };
    const cost: DirectCost = { ...base, type: 'invoice', amount, lines, createdAt: at, updatedAt: at, ...more };
    tables['direct-costs'].set(id, { projectId: stage.job.id, row: directCostRow(company, 0, cost) });
  });
}
const rowsOf = (document: Record<string, unknown> | undefined): Record<string, unknown>[] =>
  Array.isArray(document?.Details) ? document.Details : [];
const cents = (value: unknown): string => format(parse(String(value ?? '0')), 2);
const billOf = (number: string) => {
  const [bill, ...more] = stage.bookkeeper.list('Bill').filter(({ VendorRef }) => VendorRef === number);
  expect(more).toEqual([]);
  const lines = rowsOf(bill).map(({ Account, ExtendedCost }) => [Account, cents(ExtendedCost)]);
  return [bill?.Type, bill?.Vendor, bill?.Terms, cents(bill?.Amount), lines];
};
const journals = () =>
  stage.bookkeeper
    .list('JournalTransaction')
    .map((batch) => [
      batch.Description,
      batch.Status,
      rowsOf(batch).map(({ Account, Project, DebitAmount, CreditAmount }) => [
        Account,
        Project,
        cents(DebitAmount),
        cents(CreditAmount),
      ]),
    ]);

describe('kinds of direct costs', { timeout: 120_000 }, () => {
  it('reach the ledger to the cent: invoices, credits, expenses; payroll only where asked, as a balanced journal', async () => {
    const vendorId = stage.procore.state.company.vendors.find(({ erpId }) => erpId === 'V000001')?.id ?? '';
    const before = stage.bookkeeper.list('Bill').length;
    costs([
      {
        vendorId,
        invoiceNumber: 'DCI-1',
        amounts: [
          ['M', '100.10'],
          ['E', '0.05'],
          ['O', '0.00'],
        ],
      },
      {
        vendorId,
        invoiceNumber: 'DCI-2',
        amounts: [
          ['M', '-80.00'],
          ['E', '12.34'],
        ],
      },
      { type: 'expense', employee: 'marek żak', amounts: [['M', '19.99']] },
      {
        type: 'payroll',
        employee: 'Dana Cole',
        amounts: [
          ['L', '2500.25'],
          ['L', '-0.26'],
          ['L', '310.02'],
        ],
      },
      { type: 'payroll', employee: 'Dana Cole', amounts: [['L', '-55.01']] },
    ]);
    const dry = await stage.run('dry-run', 'Costs');
    expect(dry.sheet?.vouchers.map(({ amount }) => amount).sort()).toEqual(['-67.66', '100.15', '19.99']);
    const { run } = await stage.run('run', 'Costs');
    expect(run.counts).toMatchObject({ posted: 3, skipped: 2, held: 0, failed: 0 });
    expect(run.amounts.posted?.USD).toBe('52.48');
    expect(stage.bookkeeper.list('Bill')).toHaveLength(before + 3);
    expect(billOf('DCI-1')).toEqual([
      'Bill',
      'V000001',
      'NET45',
      '100.15',
      [
        ['52100', '100.10'],
        ['53100', '0.05'],
      ],
    ]);
    expect(billOf('DCI-2')).toEqual([
      'Debit Adj.',
      'V000001',
      'NET45',
      '67.66',
      [
        ['52100', '80.00'],
        ['53100', '-12.34'],
      ],
    ]);
    expect(billOf(`EXP-${firstId + 2}`)).toEqual(['Bill', 'V000093', 'NET0', '19.99', [['52100', '19.99']]]);
    expect(journals()).toEqual([]);
    const asked = await stage.run('run', 'Costs', '--from-the-beginning', '--param', 'payrollJournal=true');
    expect(asked.run.counts).toMatchObject({ posted: 2, skipped: 3, held: 0, failed: 0 });
    expect(journals()).toEqual([
      [
        `Payroll ${firstId + 3}`,
        'On Hold',
        [
          ['51100', '2407', '2500.25', '0.00'],
          ['51100', '2407', '0.00', '0.26'],
          ['51100', '2407', '310.02', '0.00'],
          ['21500', 'X', '0.00', '2810.01'],
        ],
      ],
      [
        `Payroll ${firstId + 4}`,
        'On Hold',
        [
          ['51100', '2407', '0.00', '55.01'],
          ['21500', 'X', '55.01', '0.00'],
        ],
      ],
    ]);
  });

  it('are not posted again', async () => {
    const before = [stage.bookkeeper.list('Bill'), journals()];
    const again = await stage.run('run', 'Costs', '--from-the-beginning', '--param', 'payrollJournal=true');
    expect(again.run.counts).toMatchObject({ posted: 0, skipped: 5, held: 0, failed: 0 });
    expect([stage.bookkeeper.list('Bill'), journals()]).toEqual(before);
  });
});
