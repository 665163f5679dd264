import { describe, expect, it } from 'vitest';
import { type FlowDocument, type FlowNode, flowSchema } from '../../../engine/model/flow.ts';
import type { RecordSchema, WireRecord } from '../../../engine/model/record.ts';
import { outcomeOf } from '../../../renderer/formula/outcome.ts';
import { lineAt, listsAt, pathsOf, placeAt, portOf, sampleAt } from '../../../renderer/inspector/place.ts';
import { fillable, targetFields, unfilled } from '../../../renderer/inspector/targets.ts';

const line: RecordSchema = { fields: [{ name: 'amount', label: 'Amount', type: 'decimal', required: true }] };
const invoice: RecordSchema = {
  fields: [
    { name: 'number', label: 'Number', type: 'text', required: true },
    { name: 'id', label: 'Id', type: 'text', readOnly: true, required: true },
    { name: 'vendor', label: 'Vendor', type: 'record', fields: [{ name: 'id', label: 'Vendor', type: 'text' }] },
    { name: 'items', label: 'Items', type: 'list', fields: line.fields },
  ],
};
const node = (kind: string, config: FlowNode['config']): FlowNode => ({ id: 'n', kind, config });
const map = node('map', { each: [{ to: 'items', over: 'items', fields: [{ to: 'amount', value: '=[amount]' }] }] });

describe('where a formula looks', () => {
  it('sees the line inside lines and the record around it', () => {
    const place = placeAt(map, ['each', 0, 'fields', 0, 'value'], { in: invoice });
    expect(place).toEqual({ item: line, root: invoice, lists: ['items'] });
    expect(placeAt(map, ['fields', 0, 'value'], { in: invoice })).toEqual({ item: invoice, lists: [] });
  });

  it('sees the record where the header is compared and the list where it is named', () => {
    const check = node('check', { sums: [{ lines: 'items', amount: '', header: '' }] });
    expect(listsAt(check.config, ['sums', 0, 'amount'])).toEqual(['items']);
    expect(listsAt(check.config, ['sums', 0, 'header'])).toEqual([]);
    expect(listsAt(check.config, ['sums', 0, 'lines'])).toEqual([]);
    expect(listsAt({ over: 'items', keys: {} }, ['keys', 'code'])).toEqual(['items']);
  });

  it('looks at the other input where the setup speaks of it', () => {
    expect(portOf('join', ['right'])).toBe('right');
    expect(portOf('join', ['left'])).toBe('in');
    expect(portOf('reconcile', ['rightAmount'])).toBe('right');
  });

  it('offers nested fields by path and names lists', () => {
    expect(pathsOf(invoice).map(({ path }) => path)).toEqual(['number', 'id', 'vendor', 'vendor.id', 'items']);
  });
});

describe('the sample of a node', () => {
  const doc: FlowDocument = flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f',
    name: 'F',
    wires: [{ from: 'read', to: 'n' }],
  });
  const record: WireRecord = {
    key: 'k',
    value: { number: 'A-1', items: [{ amount: '3.50' }] },
    origin: { system: 's', resource: 'r', id: '1' },
  };

  it('is what left the node before', () => {
    expect(sampleAt(doc, 'n', 'in', { 'read.out': [record] }, 7)).toBe(record);
    expect(sampleAt(doc, 'n', 'right', { 'read.out': [record] }, 0)).toBeUndefined();
    expect(lineAt(record.value, ['items'])).toEqual({ amount: '3.50' });
    expect(lineAt(record.value, ['number'])).toBeUndefined();
  });

  it('shows what a formula gives, what is wrong with it, and that a text is a text', () => {
    const tools = {
      always: false,
      environment: { item: line, root: invoice, parameters: {} },
      sample: { item: { amount: '3.50' }, root: record.value },
      parameters: {},
    };
    expect(outcomeOf('=[amount]*2', tools)).toMatchObject({ tone: 'good', text: expect.stringContaining('7') });
    expect(outcomeOf('=[amuont]', tools)).toMatchObject({ tone: 'bad' });
    expect(outcomeOf('Bill', tools)).toMatchObject({ tone: 'quiet' });
    expect(outcomeOf('Bill', { ...tools, always: true })).toMatchObject({ tone: 'bad' });
    expect(outcomeOf(' ', tools)).toBeUndefined();
  });
});

describe('target fields', () => {
  it('are those of the lines inside lines', () => {
    expect(targetFields(map, ['each', 0], invoice.fields)).toEqual(line.fields);
    expect(targetFields(map, [], invoice.fields)).toBe(invoice.fields);
  });

  it('leave out what cannot be written, and say what is required', () => {
    expect(fillable(invoice.fields).map(({ name }) => name)).toEqual(['number', 'vendor.id']);
    expect(unfilled(invoice.fields, []).map(({ name }) => name)).toEqual(['number']);
    expect(unfilled(invoice.fields, ['number'])).toEqual([]);
  });
});
