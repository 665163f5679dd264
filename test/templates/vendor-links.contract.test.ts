import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isApproved, practiceCompany } from '../../connectors/kit/company/index.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-vendors-to-acumatica', 'To Acumatica');
  await practice.use('acumatica-vendors-to-procore', 'To Procore');
  await practice.use('procore-acumatica-invoices', 'Invoices');
});
afterAll(() => practice.stop());

const { vendors, requisitions } = practiceCompany();
const linked = vendors.filter((vendor) => vendor.linked);
const unlinked = vendors.filter((vendor) => !vendor.linked && vendor.erpId !== undefined);
const missing = vendors.filter((vendor) => vendor.erpId === undefined);
const [mine, other] = unlinked;
const approvedOf = (vendorId: string | undefined): string[] =>
  [...requisitions.all()].filter((entry) => isApproved(entry) && entry.vendorId === vendorId).map(({ id }) => id);

const openSchema = z.object({ open: z.array(z.record(z.string(), z.string())) });
const waiting = async () => openSchema.parse(await practice.ask('table', 'proposals', 'vendor-links')).open;
const versionSchema = z.object({ version: z.number(), open: z.number() });

describe('vendor links', { timeout: 300_000 }, () => {
  it('have more than one vendor to be about', () => {
    expect(mine?.erpId).toBeDefined();
    expect(other?.erpId).toBeDefined();
    expect(approvedOf(mine?.id).length).toBeGreaterThan(0);
  });

  it('are proposed by a run, not by a dry run, and count for nothing until a person accepts them', async () => {
    const dry = await practice.run('dry-run', 'To Acumatica');
    expect(dry.proposals).toEqual([]);
    expect(await waiting()).toEqual([]);
    const { proposals, open } = await practice.run('run', 'To Acumatica');
    expect(proposals).toEqual([
      { table: 'vendor-links', added: unlinked.length, open: unlinked.length, contradicting: 0 },
    ]);
    const proposed = open.filter(({ error }) => error?.code === 'mapping.proposed');
    expect(proposed).toHaveLength(unlinked.length);
    for (const { error } of proposed) expect(error?.hint).toContain('costwire table proposals');
    const rows = await waiting();
    expect(rows.map((row) => [row.procore_vendor, row.erp_vendor, row.match, row.confidence])).toEqual(
      unlinked.map(({ id, erpId }) => [id, erpId, 'tax id', 'high']),
    );
    const invoices = await practice.run('dry-run', 'Invoices');
    const held = new Set(invoices.open.map(({ origin }) => origin.id));
    expect(approvedOf(mine?.id).filter((id) => !held.has(id))).toEqual([]);
  });

  it('are the same proposals from the other side', async () => {
    const { proposals } = await practice.run('run', 'To Procore');
    expect(proposals).toEqual([{ table: 'vendor-links', added: 0, open: unlinked.length, contradicting: 0 }]);
  });

  it('are accepted and rejected one by one, and the invoices use what was accepted', async () => {
    const before = await practice.run('dry-run', 'Invoices');
    const accepted = await practice.ask('table', 'accept', 'vendor-links', mine?.id ?? '');
    expect(versionSchema.parse(accepted)).toEqual({ version: 2, open: unlinked.length - 1 });
    const rejected = await practice.ask('table', 'reject', 'vendor-links', other?.id ?? '');
    expect(versionSchema.parse(rejected)).toEqual({ version: 3, open: unlinked.length - 2 });
    const after = await practice.run('dry-run', 'Invoices');
    const vouchers = (after.sheet?.vouchers ?? []).filter(({ value }) => value.Vendor === mine?.erpId);
    expect(vouchers.length).toBeGreaterThan(0);
    expect(after.run.counts.held).toBe((before.run.counts.held ?? 0) - vouchers.length);
    const stillHeld = new Set(after.open.map(({ origin }) => origin.id));
    expect(approvedOf(other?.id).filter((id) => !stillHeld.has(id))).toEqual([]);
  });

  it('are not proposed again, whatever was said of them', async () => {
    const { run, proposals, open } = await practice.run('run', 'To Acumatica');
    expect(run.counts).toMatchObject({ skipped: linked.length + 1, posted: 0, failed: 0 });
    expect(run.counts.held).toBe(unlinked.length - 1 + missing.length);
    expect(proposals).toEqual([{ table: 'vendor-links', added: 0, open: unlinked.length - 2, contradicting: 0 }]);
    const said = open.find(({ origin }) => origin.id === other?.id);
    expect(said?.error?.message).toContain(`Vendor ${other?.erpId} was rejected for ${other?.name}`);
  });

  it('are written to Procore only where asked, and once', async () => {
    const asked = ['--param', 'writeNumbers=true'];
    const dry = await practice.run('dry-run', 'To Acumatica', ...asked);
    expect(dry.sheet?.vouchers.map(({ action, value }) => [action, value])).toEqual([
      [expect.any(String), { name: mine?.name, origin_id: mine?.erpId, origin_code: mine?.erpId }],
    ]);
    expect((await practice.run('run', 'To Acumatica', ...asked)).run.counts).toMatchObject({ posted: 1, failed: 0 });
    expect((await practice.run('run', 'To Acumatica', ...asked)).run.counts).toMatchObject({
      posted: 0,
      failed: 0,
      skipped: linked.length + 1,
    });
    expect((await practice.run('run', 'To Procore', ...asked)).run.counts).toMatchObject({ posted: 0, failed: 0 });
  });
});
