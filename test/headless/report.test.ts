import { expect, it } from 'vitest';
import type { RecordOutcome, Voucher } from '../../engine/model/run.ts';
import { buildSheet } from '../../engine/run/posting-sheet.ts';
import { describeOpen, describeSheet } from '../../headless/report.ts';

const voucher = (key: string, more: Partial<Voucher>): Voucher => ({
  key,
  origin: { system: 'toy', resource: 'invoices', id: key },
  target: { system: 'erp', resource: 'orders', connection: 'ERP' },
  businessKey: key,
  action: 'create',
  currency: 'USD',
  amount: '1234.5',
  lines: [{ account: '5000', project: 'P1', amount: '1234.5', dimensions: {} }],
  value: {},
  number: key,
  ...more,
});
const shown = (...vouchers: Voucher[]): string => describeSheet(buildSheet('r', 'f', vouchers));

it('a sheet without vouchers says so, instead of showing empty tables', () => {
  expect(shown()).toBe('Posting sheet: nothing would be posted.');
  expect(shown(voucher('A', { action: 'skip' }), voucher('B', { action: 'hold' }))).toBe(
    'Posting sheet: nothing would be posted.',
  );
});

it('a sheet says which documents are updated as soon as one is', () => {
  expect(shown(voucher('A', {}))).not.toContain('Effect');
  const both = shown(voucher('A', {}), voucher('B', { action: 'update' }));
  expect(both).toMatch(/Effect/);
  expect(both).toMatch(/update .* B /);
  expect(both).toMatch(/create .* A /);
  expect(both).toContain('2 vouchers, 2,469.00 USD');
});

it('a sheet of vendors has names and no amounts, accounts or projects', () => {
  const sheet = shown(voucher('Orca Dive', { amount: '0', currency: '', lines: [] }));
  expect(sheet).toContain('Orca Dive');
  expect(sheet).not.toContain('0.00');
  expect(sheet).not.toContain('Totals');
  expect(sheet.endsWith('\n1 voucher')).toBe(true);
});

it('a record that differs tells its fields, a few of them', () => {
  const outcome: RecordOutcome = {
    runId: 'r',
    key: 'k',
    nodeId: 'n',
    status: 'held',
    origin: { system: 'toy', resource: 'invoices', id: '1', label: 'INV-1' },
    error: {
      code: 'delivery.changedAfterPosting',
      kind: 'conflict',
      reason: 'duplicate',
      message: 'INV-1 changed.',
      hint: 'Compare.',
      fields: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`Field${index}`, 'was 1, is now 2'])),
    },
  };
  const told = describeOpen([outcome]);
  expect(told).toContain('INV-1 changed.\n        Field0 was 1, is now 2\n');
  expect(told).toContain('        Field5 was 1, is now 2\n        … and 2 more: costwire runs show.\n      → Compare.');
  expect(told).not.toContain('Field6');
});
