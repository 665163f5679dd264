import { describe, expect, it } from 'vitest';
import type { Connector } from '../../../engine/model/connector.ts';
import type { FieldSchema, Fields } from '../../../engine/model/record.ts';
import { changeableFields, changeField, moneyFields } from '../../../engine/run/replay-fields.ts';
import { designerConnectors } from '../../support/designer.ts';
import { sampleRecord } from '../../support/store.ts';

const value: Fields = {
  id: '7',
  updated_at: '2026-02-01T00:00:00Z',
  invoice_number: 'INV-7',
  comment: null,
  final: true,
  total: '7.50',
  currency: 'USD',
  summary: { due: '7.50', period: 'March' },
  items: [{ code: '01' }],
};
const fields: readonly FieldSchema[] = [
  { name: 'invoice_number', label: 'Invoice number', type: 'text' as const, assumed: true },
  {
    name: 'summary',
    label: 'Summary',
    type: 'record' as const,
    assumed: true,
    fields: [{ name: 'due', label: 'Due', type: 'decimal' as const, money: true, assumed: true }],
  },
];
const connectors: Connector[] = designerConnectors.map((connector) => ({
  ...connector,
  resources: connector.resources.map((resource) => ({
    ...resource,
    amount: { field: 'total', currencyField: 'currency' },
    fields,
  })),
}));
const money = moneyFields(connectors);

describe('fields that a replay may change', () => {
  it('are single values that are neither identity nor money, with the names of the connector', () => {
    const record = { ...sampleRecord(7), nodeId: 'read', value };
    expect(changeableFields(record, connectors)).toEqual([
      { path: 'invoice_number', label: 'Invoice number', value: 'INV-7' },
      { path: 'comment', label: 'comment', value: '' },
      { path: 'final', label: 'final', value: 'true' },
      { path: 'summary.period', label: 'summary.period', value: 'March' },
    ]);
    expect(changeableFields({ ...record, value: undefined }, connectors)).toEqual([]);
  });

  it('keep their kind, and all else stays as it was', () => {
    expect(changeField(value, 'final', 'false', money)).toEqual({ value: { ...value, final: false }, before: true });
    expect(changeField(value, 'summary.period', 'April', money).value).toEqual({
      ...value,
      summary: { due: '7.50', period: 'April' },
    });
    expect(changeField(value, 'coding.note', 'x', money).value).toMatchObject({ coding: { note: 'x' } });
    expect(() => changeField(value, 'final', 'perhaps', money)).toThrow(
      expect.objectContaining({ code: 'data.badValue' }),
    );
  });

  it.for(['id', 'updated_at', 'total', 'currency', 'summary.due', 'summary', 'items', 'items.code', 'final.x'])(
    'are not %s',
    (path) => {
      expect(() => changeField(value, path, 'x', money)).toThrow(
        expect.objectContaining({ code: 'replay.fieldFixed' }),
      );
    },
  );
});
