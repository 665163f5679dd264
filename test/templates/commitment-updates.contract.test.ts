import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { format, parse, subtract } from '../../engine/model/decimal.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('commitments-reconciled', 'Commitments');
});
afterAll(() => stage.stop());

type Row = Record<string, unknown>;
const asked = ['--param', 'updateDifferent=true'];

/** Revises lines of a commitment in Procore, by place; totals follow. */
function revise(number: string, total: string, changes: Readonly<Record<number, Row>>): void {
  const { tables } = stage.procore.state;
  const [id, contract] = [...tables.contracts].find(([, { row }]) => row.number === number) ?? [];
  if (contract === undefined) throw new Error(number);
  const lines = [...tables['contract-lines'].values()].filter(({ parentId }) => parentId === id);
  for (const [place, change] of Object.entries(changes)) Object.assign(lines[Number(place)]?.row ?? {}, change);
  Object.assign(contract.row, { grand_total: total, revised_contract: total });
}
const amounts = (amount: string): Row => ({ amount, extended_amount: amount, total_amount: amount });

const documentOf = (entity: 'Subcontract' | 'PurchaseOrder', number: string): Row => {
  const [found] = stage.bookkeeper.list(entity).filter(({ VendorRef }) => String(VendorRef).toUpperCase() === number);
  if (found === undefined) throw new Error(number);
  return found;
};
const linesOf = (document: Row): [string, string][] =>
  (document.Details as Row[]).map(({ LineDescription, ExtendedCost }) => [
    String(LineDescription),
    format(parse(String(ExtendedCost)), 2),
  ]);
const minusOne = (amount: string): string => format(subtract(parse(amount), parse('1')), 2);
const refusals = async (...more: string[]): Promise<string[]> =>
  (await stage.run('run', 'Commitments', ...more)).open.flatMap(({ error }) =>
    error !== undefined && /(SC|PO)-2407-00[34]/.test(error.message) ? [error.message] : [],
  );

describe('commitments that were revised in Procore', { timeout: 120_000 }, () => {
  it('are told apart by total and line, and nothing is written unless asked', async () => {
    revise('SC-2407-004', '380310.01', { 0: amounts('15150.01') });
    const [line] = [...stage.procore.state.tables['contract-lines'].values()].filter(
      ({ parentId }) => stage.procore.state.tables.contracts.get(parentId ?? '')?.row.number === 'PO-2407-003',
    );
    const less = format(parse(String(line?.row.amount)), 2);
    revise('PO-2407-003', '20068.19', { 0: { ...amounts(minusOne(less)), description: 'Formwork, second delivery' } });
    const told = await refusals();
    expect(told).toContain('“SC-2407-004” differs by 100.01: Procore 380,310.01, Acumatica 380,210.00.');
    expect(told).toContain('“PO-2407-003” differs by -1.00: Procore 20,068.19, Acumatica 20,069.19.');
    expect(documentOf('Subcontract', 'SC-2407-004').SubcontractTotal).toBe('380210.0000');
  });

  it('are left to a person while they are open in Acumatica, with what would change', async () => {
    const dry = await stage.run('dry-run', 'Commitments', ...asked);
    const foreseen = dry.open.map(({ error }) => error?.message);
    for (const told of [foreseen, await refusals(...asked)])
      expect(told).toContainEqual(expect.stringMatching(/^SC-2407-004 changed after it was posted as .* Open/));
    expect(documentOf('Subcontract', 'SC-2407-004').SubcontractTotal).toBe('380210.0000');
  });

  it('are updated to the cent once they are on hold there, and a second run does nothing', async () => {
    const subcontract = documentOf('Subcontract', 'SC-2407-004');
    const order = documentOf('PurchaseOrder', 'PO-2407-003');
    stage.bookkeeper.act('Subcontract', 'PutOnHold', { SubcontractNbr: String(subcontract.SubcontractNbr) });
    stage.bookkeeper.save('PurchaseOrder', { Type: 'Normal', OrderNbr: String(order.OrderNbr), Hold: true });
    const counts = [stage.bookkeeper.list('Subcontract').length, stage.bookkeeper.list('PurchaseOrder').length];
    const dry = await stage.run('dry-run', 'Commitments', ...asked);
    expect(dry.sheet?.vouchers.map(({ action, amount }) => [action, amount]).sort()).toEqual([
      ['update', '20068.19'],
      ['update', '380310.01'],
    ]);
    const first = await stage.run('run', 'Commitments', ...asked);
    expect(first.run.counts).toMatchObject({ posted: 4, failed: 0, inDoubt: 0 });

    const after = documentOf('Subcontract', 'SC-2407-004');
    expect([after.SubcontractNbr, after.Status, after.SubcontractTotal]).toEqual([
      subcontract.SubcontractNbr,
      'On Hold',
      '380310.0100',
    ]);
    const [changed, ...rest] = linesOf(after);
    expect(changed).toEqual([linesOf(subcontract)[0]?.[0], '15150.01']);
    expect(rest).toEqual(linesOf(subcontract).slice(1));

    const ordered = documentOf('PurchaseOrder', 'PO-2407-003');
    expect([ordered.OrderNbr, ordered.OrderTotal]).toEqual([order.OrderNbr, '20068.1900']);
    expect(linesOf(ordered)).toContainEqual(['Formwork, second delivery', minusOne(linesOf(order)[0]?.[1] ?? '')]);
    expect(linesOf(ordered)).toHaveLength(linesOf(order).length);
    expect([stage.bookkeeper.list('Subcontract').length, stage.bookkeeper.list('PurchaseOrder').length]).toEqual(
      counts,
    );

    const second = await stage.run('run', 'Commitments', ...asked);
    expect(second.run.counts).toMatchObject({ posted: 0, failed: 0 });
    expect(await refusals(...asked)).toEqual([]);
    expect(documentOf('Subcontract', 'SC-2407-004')).toEqual(after);
  });
});
