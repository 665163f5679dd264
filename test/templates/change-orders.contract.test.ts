import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRow } from '../../connectors/procore/simulator/shapes.ts';
import { sumAmounts } from '../../engine/model/money.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('change-orders-to-acumatica', 'Changes');
});
afterAll(() => stage.stop());

const contractOf = (number: string) => {
  const { tables, company } = stage.procore.state;
  const stored = [...tables.contracts.values()].find(({ row }) => row.number === number);
  const commitment = company.commitments.find((candidate) => candidate.number === number);
  if (stored === undefined || commitment === undefined) throw new Error(number);
  return { stored, commitment };
};
let changes = 0;

/** A project manager enters a change order in Procore; an approved one revises the contract. */
function change(number: string, status: 'approved' | 'pending', amounts: readonly string[]): string {
  const { stored, commitment } = contractOf(number);
  const id = String(562_949_981_900_001 + 2 * changes);
  changes += 1;
  const lines = amounts.map((amount, place) => {
    const [first] = commitment.lines;
    if (first === undefined) throw new Error(number);
    return { ...first, id: `${id}${place}`, description: `Change ${place + 1}`, amount };
  });
  const amount = sumAmounts(amounts);
  const order = { id, commitmentId: commitment.id, number: `00${8 + changes}`, title: 'More work', status, lines };
  const row = packageRow(stage.procore.state.company, 0, { ...order, date: '2026-06-15', amount });
  stage.procore.state.tables['change-order-packages'].set(id, {
    projectId: stage.job.id,
    parentId: commitment.id,
    row,
  });
  if (status === 'approved') revise(stored.row, amount);
  return id;
}
function revise(row: Record<string, unknown>, amount: string): void {
  row.approved_change_orders = sumAmounts([String(row.approved_change_orders), amount]);
  row.revised_contract = sumAmounts([String(row.revised_contract), amount]);
}

const orders = () => stage.bookkeeper.list('ChangeOrder').filter(({ Description }) => Description === 'More work');
const run = async (...more: string[]) => (await stage.run('run', 'Changes', ...more)).run.counts;
const about = async (id: string): Promise<string> => {
  const { open } = await stage.run('dry-run', 'Changes');
  return open.find(({ origin }) => origin.id === id)?.error?.message ?? '';
};

describe('approved change orders', { timeout: 120_000 }, () => {
  it('that a commitment has in its total already are held, never counted twice', async () => {
    const { run: first, open, sheet, problems } = await stage.run('dry-run', 'Changes');
    expect(problems).toEqual([]);
    expect(first.counts).toMatchObject({ held: 1, awaitingApproval: 0, failed: 0, total: 11 });
    expect(sheet?.vouchers).toEqual([]);
    expect(open.map(({ error }) => error?.message)).toEqual([
      expect.stringContaining('SC-2407-005 comes to 525,792.21 in Acumatica already'),
    ]);
  });

  it('are created once, on hold, to the cent, on the lines of the commitment; those that wait in Procore are not', async () => {
    change('SC-2407-004', 'approved', ['1250.37', '-249.99', '0.00']);
    change('SC-2407-004', 'pending', ['777.00']);
    const dry = await stage.run('dry-run', 'Changes');
    expect(dry.sheet?.vouchers.map(({ action, amount }) => [action, amount])).toEqual([['create', '1000.38']]);
    expect(orders()).toEqual([]);
    expect(await run()).toMatchObject({ posted: 1, held: 1, failed: 0, inDoubt: 0 });
    // The reference of this subcontract was typed in lower case there.
    const subcontract = stage.bookkeeper.list('Subcontract').find(({ VendorRef }) => VendorRef === 'sc-2407-004');
    const line = { PONbr: subcontract?.SubcontractNbr, Vendor: 'V000005', ProjectTaskID: '20', CostCode: '05100100' };
    expect(orders()).toEqual([
      expect.objectContaining({
        ProjectID: '2407',
        ExternalRefNbr: 'SC-2407-004 CO 009',
        ChangeDate: '2026-06-15T00:00:00+00:00',
        Status: 'On Hold',
        CommitmentsChangeTotal: '1000.3800',
        Commitments: [
          expect.objectContaining({ ...line, Status: 'New Line', Description: 'Change 1', Amount: '1250.37' }),
          expect.objectContaining({
            ...line,
            Status: 'Update',
            POLineNbr: '1',
            Description: 'Change 2',
            Amount: '-249.99',
          }),
        ],
      }),
    ]);
  });

  it('are not created again: not by a second run, not after release, not by a workspace that never saw them', async () => {
    const before = orders();
    expect(await run()).toMatchObject({ posted: 0, held: 1, failed: 0 });
    expect(await run('--from-the-beginning')).toMatchObject({ posted: 0, held: 1, failed: 0 });
    await stage.use('change-orders-to-acumatica', 'Fresh');
    expect((await stage.run('run', 'Fresh')).run.counts).toMatchObject({ posted: 0, held: 1, failed: 0 });
    expect(orders()).toEqual(before);
    // Released, it is counted in the commitment: by what it adds and what it takes, and no second time.
    const total = () =>
      stage.bookkeeper.list('Subcontract').find(({ VendorRef }) => VendorRef === 'sc-2407-004')?.SubcontractTotal;
    expect(total()).toBe('380210.0000');
    const RefNbr = String(before[0]?.RefNbr);
    stage.bookkeeper.act('ChangeOrder', 'RemoveChangeOrderFromHold', { RefNbr });
    stage.bookkeeper.act('ChangeOrder', 'ReleaseChangeOrder', { RefNbr });
    expect(total()).toBe('381210.3800');
    expect(await run()).toMatchObject({ posted: 0, held: 1, failed: 0 });
    expect(orders()).toHaveLength(1);
  });

  it('follow a first one that waits on hold, and a second is created beside it', async () => {
    change('SC-2407-002', 'approved', ['100.01']);
    expect(await run()).toMatchObject({ posted: 1, failed: 0 });
    change('SC-2407-002', 'approved', ['200.02']);
    expect(await run()).toMatchObject({ posted: 1, failed: 0 });
    expect(orders().map(({ CommitmentsChangeTotal }) => CommitmentsChangeTotal)).toEqual([
      '1000.3800',
      '100.0100',
      '200.0200',
    ]);
  });

  it('are held where Acumatica has no commitment, or where its total differs for another reason', async () => {
    const { stored } = contractOf('SC-2407-003');
    const id = change('SC-2407-003', 'approved', ['500.00']);
    revise(stored.row, '0.01');
    expect(await about(id)).toContain(
      'would come to 289,630.08 in Acumatica with all its change orders, but Procore says',
    );
    revise(stored.row, '-0.01');
    const { database } = stage.acumatica.state.world;
    const subcontract = stage.bookkeeper.list('Subcontract').find(({ VendorRef }) => VendorRef === 'SC-2407-003');
    if (subcontract === undefined) throw new Error('SC-2407-003');
    database.commit([{ entity: 'Subcontract', deleted: database.keyOf('Subcontract', subcontract) }]);
    expect(await about(id)).toContain('Acumatica has no commitment SC-2407-003, which change order 0013 of 500.00');
    database.commit([{ entity: 'Subcontract', record: subcontract }]);
    expect(await about(id)).toBe('');
    expect(await run()).toMatchObject({ posted: 1, failed: 0 });
    expect(await run()).toMatchObject({ posted: 0, failed: 0 });
  });

  it('that are taken back in Procore after they were created are held with their number in Acumatica', async () => {
    const id = change('SC-2407-002', 'approved', ['300.03']);
    expect(await run()).toMatchObject({ posted: 1, failed: 0 });
    const stored = stage.procore.state.tables['change-order-packages'].get(id);
    Object.assign(stored?.row ?? {}, { status: 'rejected', updated_at: '2026-06-20T10:00:00Z' });
    revise(contractOf('SC-2407-002').stored.row, '-300.03');
    expect(await about(id)).toMatch(/^0014 was posted as 00000\d when it was “approved” and is “rejected” now/);
  });
});
