import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AcumaticaField,
  customFields,
  customNames,
  unwrapEntity,
  wrapEntity,
} from '../../../connectors/acumatica/codec.ts';
import { type JsonBody, parseLossless, stringifyBody } from '../../../connectors/kit/json.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';

const fields: readonly AcumaticaField[] = [
  { name: 'id', label: 'id', type: 'text', bare: true },
  { name: 'Vendor', label: 'Vendor', type: 'text', maxLength: 30 },
  { name: 'Date', label: 'Date', type: 'date' },
  { name: 'Hold', label: 'Hold', type: 'boolean' },
  { name: 'Amount', label: 'Amount', type: 'decimal', money: true, readOnly: true },
  { name: 'Seen', label: 'Seen', type: 'datetime' },
  { name: 'RetainageApply', label: 'Apply retainage', type: 'boolean', view: 'Document' },
  {
    name: 'Details',
    label: 'Lines',
    type: 'list',
    fields: [
      { name: 'Project', label: 'Project', type: 'text' },
      { name: 'ExtendedCost', label: 'Cost', type: 'decimal', money: true },
      { name: 'RetainagePct', label: 'Retainage', type: 'decimal', view: 'Transactions' },
    ],
  },
  { name: 'MainContact', label: 'Contact', type: 'record', fields: [{ name: 'Email', label: 'Email', type: 'text' }] },
  customFields,
];
const wire = (value: Fields, blanks?: 'omit' | 'clear') => stringifyBody(wrapEntity(value, fields, blanks) as JsonBody);
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (thrown) {
    return thrown instanceof AppError ? [thrown.code, Object.keys(thrown.fields ?? {})] : thrown;
  }
  return 'nothing thrown';
};

describe('the Acumatica codec', () => {
  it('wraps general fields, leaves rows, links and ids bare, and writes amounts as exact numbers', () => {
    const value = {
      id: 'a-1',
      Vendor: 'V01',
      Date: '2026-03-31',
      Hold: true,
      Details: [{ ExtendedCost: '90071992547409931.07', Project: '00123' }],
      MainContact: { Email: 'x@y.example' },
    };
    expect(wire(value)).toBe(
      '{"id":"a-1","Vendor":{"value":"V01"},"Date":{"value":"2026-03-31T00:00:00"},"Hold":{"value":true},' +
        '"Details":[{"Project":{"value":"00123"},"ExtendedCost":{"value":90071992547409931.07}}],"MainContact":{"Email":{"value":"x@y.example"}}}',
    );
  });

  it('sends what is outside the contract in the custom block of its view', () => {
    expect(
      wire({
        RetainageApply: true,
        Details: [{ RetainagePct: '10' }],
        CustomFields: [{ View: 'Document', Field: 'UsrProcoreId', Value: '9007199254740993' }],
      }),
    ).toBe(
      '{"Details":[{"custom":{"Transactions":{"RetainagePct":{"type":"CustomDecimalField","value":10}}}}],' +
        '"custom":{"Document":{"RetainageApply":{"type":"CustomBooleanField","value":true},"UsrProcoreId":{"type":"CustomStringField","value":"9007199254740993"}}}}',
    );
    expect(customNames(fields)).toEqual(['Document.RetainageApply', 'Details/Transactions.RetainagePct']);
  });

  it('leaves blanks out on insert and clears them on update; absent stays absent and read-only is never sent', () => {
    expect(wire({ Vendor: null, Date: '', Amount: '5' })).toBe('{}');
    expect(wire({ Vendor: null, Amount: '5' }, 'clear')).toBe('{"Vendor":{"value":null}}');
  });

  it('tells an empty field from one that was not asked for', () => {
    expect(unwrapEntity(parseLossless('{"id":"x","Vendor":{},"rowNumber":1}'), fields)).toEqual({
      id: 'x',
      Vendor: null,
    });
  });

  it('reads padded keys, offsets and long fractions', () => {
    const answer = parseLossless(
      '{"Vendor":{"value":"V01   "},"Date":{"value":"2026-03-31T00:00:00-04:00"},"Amount":{"value":18500.5000},"Seen":{"value":"2026-01-12T15:20:07.31+02:00"},' +
        '"Details":[{"ExtendedCost":{"value":1.2345},"custom":{"Transactions":{"RetainagePct":{"type":"CustomDecimalField","value":1E1},"UsrX":{"type":"CustomIntField","value":7}}}}]}',
    );
    expect(unwrapEntity(answer, fields)).toEqual({
      Vendor: 'V01',
      Date: '2026-03-31',
      Amount: '18500.50',
      Seen: '2026-01-12T13:20:07.310Z',
      Details: [{ ExtendedCost: '1.2345', RetainagePct: '10' }],
    });
  });

  it('names the field that cannot be sent', () => {
    expect(codeOf(() => wire({ Details: [{ ExtendedCost: '1,5o' }] }))).toEqual([
      'data.badAmount',
      ['Details.0.ExtendedCost'],
    ]);
    expect(codeOf(() => wire({ Date: '2026-02-30' }))).toEqual(['data.badDate', ['Date']]);
    expect(codeOf(() => wire({ Vendor: 'V'.repeat(31) }))).toEqual(['data.tooLarge', ['Vendor']]);
    expect(codeOf(() => wire({ vendor: 'V' }))).toEqual(['data.badValue', ['vendor']]);
    expect(codeOf(() => wire({ Hold: 'perhaps' }))).toEqual(['data.badValue', ['Hold']]);
  });

  it('refuses answers that do not fit', () => {
    expect(codeOf(() => unwrapEntity(parseLossless('[]'), fields))).toEqual(['remote.badResponse', []]);
    expect(codeOf(() => unwrapEntity(parseLossless('{"Vendor":"V01"}'), fields))).toEqual(['remote.badResponse', []]);
    expect(codeOf(() => unwrapEntity(parseLossless('{"Amount":{"value":"n/a"}}'), fields))).toEqual([
      'remote.badResponse',
      [],
    ]);
  });

  it('keeps every digit of an amount through the wire', () => {
    const amounts = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 0, max: 99 }));
    fc.assert(
      fc.property(amounts, ([whole, cents]) => {
        const text = `${whole}.${String(cents).padStart(2, '0')}`;
        const sent = wire({ Details: [{ ExtendedCost: text }] });
        const read = unwrapEntity(parseLossless(sent), fields);
        expect(read).toEqual({ Details: [{ ExtendedCost: text }] });
      }),
    );
  });
});
