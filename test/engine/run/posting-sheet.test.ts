import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceDeclaration } from '../../../engine/model/connector.ts';
import { format, parse } from '../../../engine/model/decimal.ts';
import { sumAmounts } from '../../../engine/model/money.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { voucherOf } from '../../../engine/run/deliver-plan.ts';
import type { DeliveryTarget, WriteIntent } from '../../../engine/run/ports.ts';
import { buildSheet } from '../../../engine/run/posting-sheet.ts';
import { describeSheet } from '../../../headless/report.ts';
import { billIntent, FakeTarget, fakeDeliveryTarget } from '../../support/fake-target.ts';

const resource: ResourceDeclaration = {
  id: 'bills',
  title: 'Bills',
  description: 'Bills',
  scope: 'company',
  incremental: false,
  fields: [],
  key: { fields: ['Ref'], normalize: 'exact' },
  amount: { field: 'Total', lines: { list: 'Details', field: 'Cost' } },
  roles: {
    lines: 'Details',
    account: 'Account',
    project: 'Project',
    documentType: 'Type',
    reducingTypes: ['Reversal'],
  },
};
const target = { ...fakeDeliveryTarget(new FakeTarget()), resource } as DeliveryTarget;

interface Drawn {
  reversal: boolean;
  lines: { cents: number; account: string; project: string }[];
}

const cents = (units: number): string => format({ units, scale: 2 });

function voucher({ reversal, lines }: Drawn, index: number) {
  const value: Fields = {
    Ref: String(index),
    Type: reversal ? 'Reversal' : 'Invoice',
    Details: lines.map(({ cents: units, account, project }) => ({
      Cost: cents(units),
      Account: account,
      Project: project,
    })),
  };
  const { amount: _none, ...intent } = billIntent(index);
  return voucherOf(target, { ...intent, value, currency: 'USD' } as WriteIntent, String(index), {
    kind: 'create',
    row: undefined,
  });
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  reversal: fc.boolean(),
  lines: fc.array(
    fc.record({
      cents: fc.integer({ min: -9_000_000, max: 9_000_000 }),
      account: fc.constantFrom('5000', '5100', '5200'),
      project: fc.constantFrom('P1', 'P2'),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

describe('the posting sheet', () => {
  it('counts what lowers a debt as negative, and adds up by voucher, line, account and project alike', () => {
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 20 }), (documents) => {
        const vouchers = documents.map(voucher);
        const { totals } = buildSheet('r', 'f', vouchers);
        const expected = documents
          .flatMap(({ reversal, lines }) => lines.map((line) => (reversal ? -line.cents : line.cents)))
          .reduce((sum, units) => sum + units, 0);
        const total = (amounts: readonly string[]): string => format(parse(sumAmounts([...amounts])), 2);
        const wanted = format({ units: expected, scale: 2 }, 2);
        expect(total(Object.values(totals.byCurrency).map(({ amount }) => amount))).toBe(wanted);
        expect(total(vouchers.map(({ amount }) => amount))).toBe(wanted);
        expect(total(vouchers.flatMap(({ lines }) => lines.map(({ amount }) => amount)))).toBe(wanted);
        expect(total(totals.byAccount.map(({ amount }) => amount))).toBe(wanted);
        expect(total(totals.byProject.map(({ amount }) => amount))).toBe(wanted);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('leaves the content that is sent as the target wants it', () => {
    const made = voucher({ reversal: true, lines: [{ cents: 1250, account: '5000', project: 'P1' }] }, 1);
    expect(made).toMatchObject({ amount: '-12.50', documentType: 'Reversal', lines: [{ amount: '-12.50' }] });
    expect(made.value.Details).toEqual([{ Cost: '12.50', Account: '5000', Project: 'P1' }]);
  });

  it('lists as many vouchers as it may; its totals and its hash are over all of them, in whatever order they came', () => {
    const vouchers = [3, 1, 2, 4].map((index) =>
      voucher({ reversal: false, lines: [{ cents: index * 100, account: '5000', project: 'P1' }] }, index),
    );
    const whole = buildSheet('r', 'f', vouchers);
    const cut = buildSheet('r', 'f', vouchers, 1);
    expect(whole.omitted).toBeUndefined();
    expect(cut).toMatchObject({ omitted: 3, totals: whole.totals, hash: whole.hash });
    expect(cut.vouchers).toHaveLength(1);
    expect(buildSheet('r', 'f', vouchers.toReversed()).hash).toBe(whole.hash);
    const [first, ...others] = vouchers;
    const other = [first, ...others.map((one) => ({ ...one, amount: '0.01' }))].filter((one) => one !== undefined);
    expect(buildSheet('r', 'f', other, 1).hash).not.toBe(whole.hash);
    expect(describeSheet(cut)).toMatch(
      /and 3 more vouchers\. This sheet leaves out 3\. Totals and approval are over all/,
    );
    expect(describeSheet(whole)).not.toContain('more vouchers');
  });
});
