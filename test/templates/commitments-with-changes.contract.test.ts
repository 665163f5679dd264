import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from './stage.ts';

const number = 'SC-2407-003';
let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('commitments-reconciled', 'Commitments');
  await stage.use('change-orders-to-acumatica', 'Changes');
  // Acumatica knows neither the commitment nor its change orders.
  const { database } = stage.acumatica.state.world;
  for (const entity of ['ChangeOrder', 'Subcontract'])
    for (const record of stage.bookkeeper.list(entity).filter(isAboutIt))
      database.commit([{ entity, deleted: database.keyOf(entity, record) }]);
});
afterAll(() => stage.stop());

const isAboutIt = ({ VendorRef, ExternalRefNbr }: Record<string, unknown>): boolean =>
  [VendorRef, ExternalRefNbr].some((text) => String(text).toUpperCase().startsWith(number));
const subcontracts = () => stage.bookkeeper.list('Subcontract').filter(isAboutIt);
const orders = () => stage.bookkeeper.list('ChangeOrder').filter(isAboutIt);
const asked = ['--param', 'createMissing=true'];
/** What a run of the comparison holds about the commitment. */
const told = async (...more: string[]): Promise<string[]> =>
  (await stage.run('run', 'Commitments', ...more)).open.flatMap(({ error }) =>
    error?.message.includes(number) === true ? [error.message] : [],
  );

describe('a missing commitment with approved change orders', { timeout: 120_000 }, () => {
  it('is held where change orders are not compared, and unless it is asked for', async () => {
    expect(await told()).toContain(`Acumatica has no commitment ${number} of 289,130.08.`);
    expect(await told(...asked, '--param', 'compareChanges=false')).toContain(
      `Commitment ${number} has approved change orders of 32,602.17, and change orders are not compared: create it in Acumatica by hand.`,
    );
    expect(subcontracts()).toEqual([]);
  });

  it('is created once with its original lines, and the change orders follow, each once', async () => {
    const dry = await stage.run('dry-run', 'Commitments', ...asked);
    expect(dry.sheet?.vouchers.map(({ action, amount }) => [action, amount])).toEqual([['create', '256527.91']]);
    const { run } = await stage.run('run', 'Commitments', ...asked);
    expect(run.counts).toMatchObject({ posted: 1, failed: 0, inDoubt: 0 });
    const [made] = subcontracts();
    expect([made?.SubcontractTotal, made?.Status]).toEqual(['256527.9100', 'On Hold']);
    // Until its change orders are there, the difference is told and nothing is written about it.
    expect(await told(...asked)).toContain(
      `“${number}” differs by 32,602.17: Procore 289,130.08, Acumatica 256,527.91.`,
    );
    stage.bookkeeper.act('Subcontract', 'ReleaseFromHold', { SubcontractNbr: String(made?.SubcontractNbr) });

    const first = await stage.run('run', 'Changes');
    expect(first.run.counts.posted).toBeGreaterThan(0);
    expect(orders()).toHaveLength(first.run.counts.posted ?? 0);
    for (const { RefNbr } of orders())
      for (const action of ['RemoveChangeOrderFromHold', 'ReleaseChangeOrder'])
        stage.bookkeeper.act('ChangeOrder', action, { RefNbr: String(RefNbr) });
    expect(subcontracts().map(({ SubcontractTotal }) => SubcontractTotal)).toEqual(['289130.0800']);
    expect(await told(...asked)).toEqual([]);
    expect((await stage.run('run', 'Changes')).run.counts).toMatchObject({ posted: 0, failed: 0 });
    expect([subcontracts().length, orders().length]).toEqual([1, first.run.counts.posted]);
  });
});
