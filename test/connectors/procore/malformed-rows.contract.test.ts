import { describe, expect, it } from 'vitest';
import { practiceCompany } from '../../../connectors/kit/company/index.ts';
import { sumAmounts } from '../../../engine/model/money.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { practice, project, read, readProject, resource, writing } from './support.ts';

const itemsOf = (value: Fields | undefined): Fields[] => (value?.items ?? []) as Fields[];
const dueOf = (value: Fields | undefined): string => String(((value?.summary ?? {}) as Fields).current_payment_due);
const plain = (number: unknown): string =>
  String(number)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');

/** The first invoice of the project, with a fault in its row. */
async function firstWith(fault: string) {
  const { client } = await practice({ faults: [fault] });
  const outcome = await readProject(client, 'requisitions');
  return { ...outcome, value: outcome.records[0]?.value };
}

describe('an invoice', () => {
  it('without a vendor, or with one that was merged away, is read: the flow decides', async () => {
    for (const [fault, vendor] of [
      ['no-vendor', null],
      ['vendor-gone', '562949960999999'],
    ] as const) {
      const { value, failed, failedScopes } = await firstWith(fault);
      expect([...failed, ...failedScopes]).toEqual([]);
      expect(value?.vendor_id).toBe(vendor);
    }
  });

  it('of a deleted contract keeps no other invoice of the project from being read', async () => {
    const { value, records, failed, failedScopes } = await firstWith('contract-gone');
    expect([...failed, ...failedScopes]).toEqual([]);
    expect(records.length).toBeGreaterThan(10);
    expect(value?.commitment_id).toBe('562949980999999');
    // Neither the budget code nor the contract tells the cost type: the line says that it is not known.
    expect(itemsOf(value)[0]?.line_item_type).toBeNull();
  });

  it.each(['null-cost-code', 'deleted-cost-code'])(
    'whose line has a code nobody knows has a blank one: %s',
    async (fault) => {
      const { value } = await firstWith(fault);
      expect(itemsOf(value)[0]?.cost_code).toBeNull();
    },
  );

  it('with numbers where texts belong has texts, digit by digit', async () => {
    const { value } = await firstWith('number-for-text');
    expect(value).toMatchObject({
      invoice_number: '123',
      percent_complete: '0',
      summary: { current_payment_due: '10812.6' },
    });
  });

  it('with a quantity of five decimals keeps all of them', async () => {
    expect(itemsOf((await firstWith('five-decimals')).value)[0]?.scheduled_quantity).toBe('1.23456');
  });

  it('whose lines do not sum to what is due is read as it is: its totals differ', async () => {
    const { value } = await firstWith('lines-do-not-sum');
    expect(sumAmounts(itemsOf(value).map(({ net_amount: net }) => String(net)))).not.toBe(dueOf(value));
    expect(resource('requisitions').amount?.lines).toEqual({ list: 'items', field: 'net_amount' });
  });

  it('with an id above 2^53, as number or as text, keeps it digit by digit', async () => {
    for (const fault of ['big-id', 'text-id']) {
      const { records } = await firstWith(fault);
      expect(records[0]).toMatchObject({ id: '9007199254740993123', origin: { id: '9007199254740993123' } });
    }
  });

  it('with a very long description is read whole, with megabytes it fails alone', async () => {
    const { value } = await firstWith('long-text');
    expect(String(itemsOf(value)[0]?.description_of_work)).toHaveLength(95_000);
    expect((await firstWith('huge-field')).failed).toMatchObject([{ error: { code: 'data.tooLarge' } }]);
  });

  it('with control characters and other scripts is kept as it came', async () => {
    const { value } = await firstWith('strange-text');
    expect(value).toMatchObject({ invoice_number: 'Ω-№ 7\u0000\u001b[31m', contract_name: 'Łódź 中村 🏗️ \u202egnol' });
  });

  it('in another currency carries it with its exact rate, and its project is read on', async () => {
    const { value, records } = await firstWith('other-currency');
    expect(value?.currency_configuration).toEqual({
      currency_iso_code: 'CAD',
      base_currency_iso_code: 'USD',
      currency_exchange_rate: '0.7361234567',
    });
    expect(records[1]?.value.currency_configuration).toEqual({ currency_iso_code: 'USD' });
    expect(resource('requisitions').amount?.currencyField).toBe('currency_configuration.currency_iso_code');
  });

  it('without a summary or currency is read with what it has', async () => {
    expect((await firstWith('no-summary')).value?.summary).toBeNull();
    expect((await firstWith('empty-currency')).value?.currency_configuration).toEqual({});
  });

  it.each(['thousands-separator', 'bad-amount'])(
    'whose amount has %s fails alone, by name, with the field',
    async (fault) => {
      const { failed, records } = await firstWith(fault);
      expect(failed).toMatchObject([{ error: { code: 'data.badAmount' } }]);
      expect(Object.keys(failed[0]?.error.fields ?? {})).toEqual(['summary.current_payment_due']);
      expect(records.length).toBeGreaterThan(10);
    },
  );

  it('dated 0000-00-00 fails alone, as no date', async () => {
    const { failed } = await firstWith('bad-date');
    expect(failed).toMatchObject([{ error: { code: 'data.badDate', fields: { billing_date: expect.any(String) } } }]);
  });

  it('with keys and statuses nobody has heard of keeps them', async () => {
    expect((await firstWith('unknown-keys')).value?.brand_new_field).toEqual({ deep: ['1', '2', '3'] });
    expect((await firstWith('unknown-status')).value?.status).toBe('Approved');
  });

  it('number may be blank, and may be that of another invoice but for case and spaces: records are told apart by their id', async () => {
    expect((await firstWith('blank-invoice-number')).value?.invoice_number).toBe('');
    const { client } = await practice();
    const { records } = await read(client, 'requisitions');
    const doubled = practiceCompany().oddities.find(({ id }) => id === 'duplicate-number')?.requisitions ?? [];
    const numbers = records.filter(({ id }) => doubled.includes(id)).map(({ value }) => value.invoice_number);
    expect(numbers.length).toBeGreaterThan(1);
    expect(new Set(numbers.map(plain)).size).toBe(1);
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  });

  it('may be negative, have lines of nothing, or release retainage alone: signs stay as they are', async () => {
    const { client } = await practice();
    const { records } = await read(client, 'requisitions');
    const oddity = (name: string) => practiceCompany().oddities.find(({ id }) => id === name)?.requisitions ?? [];
    const due = (id: string) => {
      const value = records.find((record) => record.id === id)?.value;
      return { due: dueOf(value), items: itemsOf(value) };
    };
    for (const id of oddity('negative')) expect(due(id).due).toMatch(/^-/);
    for (const id of oddity('retainage-release')) {
      const { due: amount, items } = due(id);
      expect(amount).toMatch(/^[^-]/);
      expect(items.every(({ gross_amount: gross }) => Number(gross) === 0)).toBe(true);
    }
    expect(oddity('negative').length * oddity('retainage-release').length).toBeGreaterThan(0);
    const zero = records.flatMap(({ value }) => itemsOf(value)).filter(({ net_amount: net }) => Number(net) === 0);
    expect(zero.length).toBeGreaterThan(0);
  });
});

describe('a contract', () => {
  it.each(['contract-without-vendor', 'contract-vendor-gone'])('with %s is read', async (fault) => {
    const { client } = await practice({ faults: [fault] });
    const { records, failed, failedScopes } = await readProject(client, 'work-order-contracts');
    expect([...failed, ...failedScopes]).toEqual([]);
    const [first] = records;
    expect(first?.value.vendor_id ?? null).toBe(fault === 'contract-vendor-gone' ? '562949960999999' : null);
  });

  it('with a status of the customer is read, and not taken for approved', async () => {
    const { client } = await practice({ faults: ['contract-unknown-status'] });
    const [record] = (await readProject(client, 'work-order-contracts')).records;
    expect(record?.value.status).toBe('Out for signature (2)');
    const number = String(record?.value.number);
    const [found] = await writing(client, 'work-order-contracts').find({ project_id: project.id, number });
    expect(found).toMatchObject({ released: false, editable: true });
  });
});

describe('a direct cost', () => {
  it.each(['cost-without-vendor', 'cost-unknown-type'])('with %s is read', async (fault) => {
    const { client } = await practice({ faults: [fault] });
    const { records, failed } = await readProject(client, 'direct-costs');
    expect(failed).toEqual([]);
    expect(records.length).toBeGreaterThan(3);
    for (const { value } of records) {
      if (fault === 'cost-unknown-type') expect(value.direct_cost_type).toBe('petty_cash');
      else expect([value.vendor, value.vendor_id, value.vendor_name]).toEqual([null, null, null]);
    }
  });
});

describe('a cost type', () => {
  it('without a base type is read, and codes invoice lines all the same', async () => {
    const { client } = await practice({ faults: ['null-base-type'] });
    expect((await read(client, 'line-item-types')).records[0]?.value.base_type).toBeNull();
    const { records, failed } = await readProject(client, 'requisitions');
    expect(failed).toEqual([]);
    for (const item of records.flatMap(({ value }) => itemsOf(value)))
      expect((item.line_item_type as Fields).code).toMatch(/^[A-Z]$/);
  });
});
