import { describe, expect, it } from 'vitest';
import { execute } from '../../../../connectors/acumatica/simulator/actions.ts';
import { readContract } from '../../../../connectors/acumatica/simulator/contract.ts';
import { entityTables } from '../../../../connectors/acumatica/simulator/contract-entities.ts';
import { compileFilter } from '../../../../connectors/acumatica/simulator/filter.ts';
import { upsert } from '../../../../connectors/acumatica/simulator/upsert.ts';
import { parseLossless } from '../../../../connectors/kit/json.ts';
import type { Fields } from '../../../../engine/model/record.ts';
import { bill, contract, makeWorld, put, refusal } from './tenant.ts';

const errorsOf = (body: Fields, path = ''): Record<string, string> =>
  Object.entries(body).reduce<Record<string, string>>((found, [name, value]) => {
    if (name === 'error') found[path] = String(value);
    else if (Array.isArray(value))
      for (const [index, row] of value.entries())
        Object.assign(found, errorsOf(row as Fields, `${path}${name}.${index}.`));
    else if (typeof value === 'object' && value !== null) Object.assign(found, errorsOf(value, `${path}${name}`));
    return found;
  }, {});
const problems = (body: Fields) => Object.keys(errorsOf(body)).filter((path) => path !== '');
const release = (world: ReturnType<typeof makeWorld>, number: string) =>
  execute(
    world,
    'Bill',
    ['Type', 'ReferenceNbr'],
    'ReleaseBill',
    parseLossless(`{"entity":{"Type":{"value":"Bill"},"ReferenceNbr":{"value":"${number}"}}}`) as Fields,
  );

describe('PUT of a bill', () => {
  it('numbers it, calculates totals, and answers only what was sent or selected', () => {
    const world = makeWorld();
    const answer = put(world, 'Bill', bill(), { query: '$select=ReferenceNbr,Status,Amount' });
    expect(answer).toMatchObject({
      ReferenceNbr: { value: '000001' },
      Status: { value: 'On Hold' },
      Amount: { value: '100.1000' },
    });
    expect(answer.Balance).toBeUndefined();
    expect(world.database.find('Bill', ['bill', '000001'])).toMatchObject({
      PostPeriod: '032026',
      Terms: 'NET30',
      Balance: '100.1000',
    });
  });

  it('updates by key or id, and appends rows that carry no id', () => {
    const world = makeWorld();
    put(world, 'Bill', bill());
    const rowId = (world.database.find('Bill', ['Bill', '000001'])?.Details as Fields[] | undefined)?.[0]?.id;
    put(world, 'Bill', {
      Type: 'Bill',
      ReferenceNbr: '000001',
      Details: [
        { id: rowId, ExtendedCost: 5 },
        { Account: '51000', ExtendedCost: 2.5 },
      ],
    });
    expect(world.database.count('Bill')).toBe(1);
    expect(world.database.find('Bill', ['Bill', '000001'])).toMatchObject({ Amount: '7.5000' });
    put(world, 'Bill', { Type: 'Bill', ReferenceNbr: '000001', Details: [{ id: rowId, delete: true }] });
    expect(world.database.find('Bill', ['Bill', '000001'])).toMatchObject({ Amount: '2.5000' });
  });

  it('holds to If-None-Match and If-Match', () => {
    const world = makeWorld();
    put(world, 'Bill', bill({ ReferenceNbr: 'A1' }));
    expect(
      refusal(() => put(world, 'Bill', bill({ ReferenceNbr: 'A1' }), { headers: { 'if-none-match': '*' } })).status,
    ).toBe(412);
    expect(
      refusal(() => put(world, 'Bill', bill({ ReferenceNbr: 'A2' }), { headers: { 'if-match': '*' } })).status,
    ).toBe(412);
  });

  it.each([
    ['an unknown vendor', bill({ Vendor: 'V99' }), ['Vendor']],
    ['an inactive vendor', bill({ Vendor: 'V02' }), ['Vendor']],
    ['a date beyond the calendar', bill({ Date: '2031-01-01T00:00:00' }), ['Date']],
    ['a closed period', bill({ Date: '2026-02-10T00:00:00' }), ['PostPeriod']],
    ['a currency without rate', bill({ CurrencyID: 'EUR' }), ['CurrencyID']],
    ['an inactive account', bill({}, { Account: '51900' }), ['Details.0.Account']],
    ['an account without group on a project', bill({}, { Account: '20000' }), ['Details.0.Account']],
    ['an unknown project', bill({}, { Project: 'P9' }), ['Details.0.Project']],
    ['an unknown task', bill({}, { ProjectTask: '99' }), ['Details.0.ProjectTask']],
    ['a missing cost code', bill({}, { CostCode: '' }), ['Details.0.CostCode']],
    ['an unknown subaccount', bill({}, { Subaccount: '999999' }), ['Details.0.Subaccount']],
    ['a document type that does not exist', bill({ Type: 'Invoice' }), ['Type']],
  ])('refuses %s and spreads the errors over the entity', (_title, body, paths) => {
    const world = makeWorld();
    const refused = refusal(() => put(world, 'Bill', body));
    expect(refused.status).toBe(422);
    expect(problems(refused.body)).toEqual(paths);
    expect(refused.body).toMatchObject({ ReferenceNbr: { value: '<NEW>' } });
    expect(world.database.count('Bill')).toBe(0);
  });

  it('accepts a duplicate vendor reference unless the preference refuses it', () => {
    const silent = makeWorld();
    put(silent, 'Bill', bill());
    put(silent, 'Bill', bill());
    expect(silent.database.count('Bill')).toBe(2);
    const strict = makeWorld({ refuseDuplicateVendorRef: true });
    put(strict, 'Bill', bill());
    expect(problems(refusal(() => put(strict, 'Bill', bill({ VendorRef: 'inv-1' }))).body)).toEqual(['VendorRef']);
  });

  it('keeps retainage back and says so outside the contract', () => {
    const world = makeWorld();
    const raw = parseLossless(
      '{"Type":{"value":"Bill"},"Vendor":{"value":"V01"},"Date":{"value":"2026-03-15"},"custom":{"Document":{"RetainageApply":{"type":"CustomBooleanField","value":true}}},' +
        '"Details":[{"Account":{"value":"51000"},"ExtendedCost":{"value":200},"custom":{"Transactions":{"RetainagePct":{"type":"CustomDecimalField","value":10}}}}]}',
    ) as Fields;
    putRaw(world, raw);
    expect(world.database.find('Bill', ['Bill', '000001'])).toMatchObject({
      Amount: '180.0000',
      custom: { CurrentDocument: { CuryRetainageTotal: '20.0000', CuryOrigDocAmtWithRetainageTotal: '200.0000' } },
    });
  });

  it('refuses unwrapped values, unknown fields and wrong types as malformed', () => {
    const world = makeWorld();
    expect(refusal(() => putRaw(world, { Vendor: 'V01' })).status).toBe(400);
    expect(refusal(() => putRaw(world, { vendor: { value: 'V01' } })).status).toBe(400);
    expect(refusal(() => putRaw(world, { Hold: { value: 'maybe' } })).status).toBe(400);
  });

  it('goes from hold to balanced to open, and is locked from then on', () => {
    const world = makeWorld();
    put(world, 'Bill', bill());
    expect(refusal(() => release(world, '000001')).status).toBe(422);
    put(world, 'Bill', { Type: 'Bill', ReferenceNbr: '000001', Hold: false });
    expect(world.database.find('Bill', ['Bill', '000001'])).toMatchObject({ Status: 'Balanced' });
    release(world, '000001');
    expect(world.database.find('Bill', ['Bill', '000001'])).toMatchObject({ Status: 'Open' });
    expect(refusal(() => put(world, 'Bill', { Type: 'Bill', ReferenceNbr: '000001', Description: 'x' })).status).toBe(
      422,
    );
  });

  it('waits for approval where bills need one', () => {
    const world = makeWorld({ approvals: true });
    put(world, 'Bill', bill({ Hold: false }));
    expect(world.database.find('Bill', ['Bill', '000001'])).toMatchObject({ Status: 'Pending Approval' });
  });
});

function putRaw(world: ReturnType<typeof makeWorld>, body: Fields): void {
  const entity = contract.get('Bill');
  if (entity === undefined) throw new Error('no Bill');
  upsert({ world, contract, entity, body, query: new URLSearchParams(), headers: {}, href: '' });
}

describe('$filter', () => {
  const vendor = contract.get('Vendor');
  const holds = (text: string, record: Fields) => {
    if (vendor === undefined) throw new Error('no Vendor');
    return compileFilter(text, vendor)(record);
  };
  const record: Fields = {
    VendorID: 'V01',
    VendorName: "O'Neil",
    PaymentLeadTimedays: '9007199254740993',
    F1099Vendor: true,
    Terms: null,
    LastModifiedDateTime: '2026-03-01T10:00:00.000+00:00',
    MainContact: { Email: 'a@b.example' },
  };

  it.each([
    ["VendorName eq 'o''neil '", true],
    ["VendorID ge 'V00' and VendorID lt 'V02'", true],
    ["(VendorID eq 'X' or startswith(VendorName,'O')) and not_there eq 1", 500],
    ["substringof('NEIL',VendorName)", true],
    ["substringof('neil',VendorName) eq true", false],
    ['F1099Vendor eq true', true],
    ['Terms eq null', true],
    ['PaymentLeadTimedays eq 9007199254740993', true],
    ['PaymentLeadTimedays gt 9007199254740992M', true],
    ["LastModifiedDateTime ge datetimeoffset'2026-03-01T10:00:00+00:00'", true],
    ["LastModifiedDateTime gt date'2026-03-02'", false],
    ["LastModifiedDateTime gt '2026-03-02'", 500],
    ["MainContact/Email eq 'a@b.example'", true],
    ["contains(VendorName,'x')", 500],
    ["not substringof('x',VendorName)", 500],
    ["Attributes/Value eq 'x'", 500],
    ["VendorName eq 'open", 500],
  ])('%s', (text, expected) => {
    if (expected === 500) expect(refusal(() => holds(text, record)).status).toBe(500);
    else expect(holds(text, record)).toBe(expected);
  });
});

describe('endpoint versions', () => {
  it('differ as the reference says', () => {
    const at = (version: number) => readContract(entityTables, version);
    expect(at(22).has('Subcontract')).toBe(false);
    expect(at(23).has('Subcontract')).toBe(true);
    expect(at(22).get('Bill')?.fields.has('IsTaxValid')).toBe(false);
    expect(at(20).get('Bill')?.fields.has('IsTaxValid')).toBe(true);
    expect(at(22).get('Bill')?.actions).not.toContain('ReleaseRetainage');
    expect(at(24).get('Bill')?.parts.has('RetainageDocuments')).toBe(false);
    expect(at(25).get('Bill')?.parts.has('RetainageDocuments')).toBe(true);
    expect(at(22).get('Project')?.parts.has('Retainage')).toBe(false);
    expect(at(22).get('Project')?.parts.get('ProjectProperties')?.fields.has('ProjectCurrency')).toBe(false);
    expect(at(23).get('Project')?.parts.get('ProjectProperties')?.fields.has('ProjectCurrency')).toBe(true);
    expect(at(20).get('ProjectTask')?.parts.get('DefaultValues')?.fields.has('DefaultCostAccount')).toBe(false);
    expect(at(20).get('ChangeOrder')?.parts.get('Commitments')?.fields.has('POType')).toBe(false);
  });
});
