import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { format, parse } from '../../engine/model/decimal.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('procore-acumatica-invoices', 'Invoices');
});
afterAll(() => stage.stop());

const rowsOf = (document: Record<string, unknown> | undefined): Record<string, unknown>[] =>
  Array.isArray(document?.Details) ? document.Details : [];

/** A bill as the ledger has it: type, amount, and account and cost of every line. */
const billOf = (number: string) => {
  const bills = stage.bookkeeper.list('Bill').filter(({ VendorRef }) => VendorRef === number);
  expect(bills, number).toHaveLength(1);
  const [bill] = bills;
  const lines = rowsOf(bill).map(({ Account, Project, ExtendedCost }) => [
    Account,
    Project,
    format(parse(String(ExtendedCost)), 2),
  ]);
  return { type: bill?.Type, status: bill?.Status, amount: bill?.Amount, lines };
};

describe('kinds of invoices', { timeout: 120_000 }, () => {
  it('reach the ledger to the cent: stored materials in and out, retainage held and released, credits', async () => {
    const before = stage.bookkeeper.list('Bill').length;
    stage.invoices([
      // Work and materials on site, retainage of both; a line without movement is left out.
      {
        number: 'STORED-1',
        lines: [{ workThisPeriod: 100_000, stored: 25_037, retainedThisPeriod: 10_000, materialsRetained: 2_504 }, {}],
      },
      // The materials are built in: less on site than before, and less retained of them.
      {
        number: 'STORED-2',
        lines: [
          {
            workThisPeriod: 30_000,
            stored: 5_000,
            storedPreviously: 25_037,
            retainedThisPeriod: 2_500,
            materialsRetained: 500,
            materialsRetainedPreviously: 2_504,
          },
        ],
      },
      { number: 'RELEASE-1', lines: [{ retainedPreviously: 12_345, released: 12_345 }] },
      // A credit that takes back its share of retainage, with a line in the other direction.
      {
        number: 'CREDIT-1',
        lines: [
          { previousWork: 60_000, workThisPeriod: -50_000, retainedPreviously: 6_000, retainedThisPeriod: -5_000 },
          { workThisPeriod: 10_001, retainedThisPeriod: 1_000 },
        ],
      },
    ]);
    const dry = await stage.run('dry-run', 'Invoices');
    expect(dry.run.counts).toMatchObject({ awaitingApproval: 4, held: 0, total: 4 });
    // A credit counts against what is paid: 1,125.33 + 94.67 + 123.45 − 359.99.
    expect(dry.sheet?.totals.byCurrency.USD?.amount).toBe('983.46');
    const first = await stage.run('run', 'Invoices');
    expect(first.run.counts).toMatchObject({ posted: 4, held: 0, failed: 0, inDoubt: 0 });
    expect(first.run.amounts.posted?.USD).toBe('983.46');
    expect(stage.bookkeeper.list('Bill')).toHaveLength(before + 4);
    expect(billOf('STORED-1')).toEqual({
      type: 'Bill',
      status: 'On Hold',
      amount: '1125.3300',
      lines: [
        ['54200', '2407', '1250.37'],
        ['20500', 'X', '-125.04'],
      ],
    });
    expect(billOf('STORED-2')).toEqual({
      type: 'Bill',
      status: 'On Hold',
      amount: '94.6700',
      lines: [
        ['54200', '2407', '99.63'],
        ['20500', 'X', '-4.96'],
      ],
    });
    expect(billOf('RELEASE-1')).toEqual({
      type: 'Bill',
      status: 'On Hold',
      amount: '123.4500',
      lines: [['20500', 'X', '123.45']],
    });
    expect(billOf('CREDIT-1')).toEqual({
      type: 'Debit Adj.',
      status: 'On Hold',
      amount: '359.9900',
      lines: [
        ['54200', '2407', '500.00'],
        ['54200', '2407', '-100.01'],
        ['20500', 'X', '-50.00'],
        ['20500', 'X', '10.00'],
      ],
    });
  });

  it('are not posted again, whether read since or from the beginning', async () => {
    const bills = stage.bookkeeper.list('Bill');
    expect((await stage.run('run', 'Invoices')).run.counts).toMatchObject({ posted: 0, held: 0, failed: 0 });
    const again = await stage.run('run', 'Invoices', '--from-the-beginning');
    expect(again.run.counts).toMatchObject({ posted: 0, skipped: 4, held: 0, failed: 0, total: 4 });
    expect(stage.bookkeeper.list('Bill')).toEqual(bills);
  });
});
