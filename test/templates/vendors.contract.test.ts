import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceCompany } from '../../connectors/kit/company/index.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-vendors-to-acumatica', 'To Acumatica');
  await practice.use('acumatica-vendors-to-procore', 'To Procore');
});
afterAll(() => practice.stop());

const { vendors, erp } = practiceCompany();
const linked = vendors.filter((vendor) => vendor.linked);
const unlinked = vendors.filter((vendor) => !vendor.linked && vendor.erpId !== undefined);
const missing = vendors.filter((vendor) => vendor.erpId === undefined);
const active = erp.vendors.filter((vendor) => vendor.active);
const onlyErp = active.filter(({ id }) => vendors.every(({ erpId }) => erpId !== id));
const asked = ['--param', 'createNew=true'];

describe('vendors', () => {
  it('are only proposed: Procore → Acumatica', async () => {
    const dry = await practice.run('dry-run', 'To Acumatica');
    expect(dry.problems).toEqual([]);
    const { run, open } = await practice.run('run', 'To Acumatica');
    expect(run.counts).toMatchObject({
      total: vendors.length,
      skipped: linked.length,
      held: unlinked.length + missing.length,
      posted: 0,
    });
    for (const { id, erpId } of unlinked)
      expect(open.find(({ origin }) => origin.id === id)?.error?.message).toContain(`Probably vendor ${erpId} `);
  });

  it('are only proposed: Acumatica → Procore', async () => {
    expect((await practice.run('dry-run', 'To Procore')).problems).toEqual([]);
    const { run, open } = await practice.run('run', 'To Procore');
    expect(run.counts).toMatchObject({
      total: erp.vendors.length,
      held: unlinked.length + onlyErp.length,
      posted: 0,
    });
    for (const { name } of unlinked)
      expect(open.some(({ error }) => error?.message.startsWith(`Probably ${name} in Procore`) === true)).toBe(true);
  });

  it('are created once where asked, and then found', async () => {
    expect((await practice.run('run', 'To Acumatica', ...asked)).run.counts).toMatchObject({
      posted: missing.length,
      held: unlinked.length,
      failed: 0,
    });
    expect((await practice.run('run', 'To Acumatica', ...asked)).run.counts.posted).toBe(0);
    const back = await practice.run('run', 'To Procore', ...asked);
    expect(back.run.counts).toMatchObject({
      posted: onlyErp.length,
      held: unlinked.length + missing.length,
      failed: 0,
    });
    const again = await practice.run('run', 'To Procore', ...asked);
    expect(again.run.counts).toMatchObject({ posted: 0, held: unlinked.length + missing.length });
  });
});
