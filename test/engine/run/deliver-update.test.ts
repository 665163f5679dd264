import { describe, expect, it } from 'vitest';
import type { ResourceDeclaration } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { judgeUpdate } from '../../../engine/run/deliver-update.ts';

const orders: ResourceDeclaration = {
  id: 'orders',
  title: 'Orders',
  description: '',
  scope: 'company',
  incremental: false,
  fields: [
    { name: 'Description', label: 'Description', type: 'text' },
    { name: 'Terms', label: 'Terms', type: 'text' },
    { name: 'Total', label: 'Total', type: 'decimal', readOnly: true },
    {
      name: 'Details',
      label: 'Lines',
      type: 'list',
      fields: [
        { name: 'CostCode', label: 'Cost code', type: 'text' },
        { name: 'Cost', label: 'Cost', type: 'decimal' },
        { name: 'Completed', label: 'Completed', type: 'boolean' },
      ],
    },
  ],
  updates: {
    rules: [
      { statuses: ['On Hold'], fields: 'all' },
      { statuses: ['Open'], fields: 'all', option: 'reopen' },
      { statuses: ['Open'], fields: ['Details.Completed'] },
    ],
    lines: [{ list: 'Details', match: ['CostCode'], closedBy: ['Completed'] }],
  },
};
const held: Fields = {
  Description: 'Fixtures',
  Terms: '30D',
  Total: '10.00',
  Details: [
    { CostCode: '01', Cost: '4.00', Completed: false },
    { CostCode: '02', Cost: '6.00', Completed: true },
  ],
};
const lines = held.Details;
const judge = (sent: Fields, status: string, options = {}) =>
  judgeUpdate(orders, sent, { value: held, status }, options);

describe('an update', () => {
  it('changes nothing where only blanks, calculated fields and the form of amounts differ', () => {
    const sent = { ...held, Terms: '', Total: '99', Details: [{ CostCode: '01', Cost: '4' }, { CostCode: '02' }] };
    expect(judge(sent, 'Closed')).toEqual({ changes: {}, refused: {} });
  });

  it('is told field by field, and refused as far as the status refuses it', () => {
    const sent = {
      Description: 'Lamps',
      Details: [
        { CostCode: '01', Cost: '5.00', Completed: true },
        { CostCode: '02', Cost: '6.00', Completed: true },
      ],
    };
    const open = judge(sent, 'Open');
    expect(open.changes).toEqual({
      Description: 'is Fixtures, would become Lamps',
      'Details[1].Cost': 'is 4.00, would become 5.00',
      'Details[1].Completed': 'is "false", would become "true"'.replaceAll('"', ''),
    });
    expect(Object.keys(open.refused)).toEqual(['Description', 'Details[1].Cost']);
    expect(judge(sent, 'On Hold').refused).toEqual({});
    expect(judge(sent, 'Open', { reopen: true }).refused).toEqual({});
    expect(Object.keys(judge(sent, 'Closed').refused)).toHaveLength(3);
  });

  it('leaves closed lines alone, whatever the status', () => {
    const more = { CostCode: '03', Cost: '1.00' };
    expect(judge({ Details: Array.isArray(lines) ? [...lines, more] : [] }, 'On Hold').refused).toEqual({});
    expect(judge({ Details: [{ CostCode: '01', Cost: '4.00' }] }, 'On Hold').refused).toEqual({
      'Details[held 2]': 'would be removed, but the line is closed',
    });
    expect(judge({ Details: [{ CostCode: '02', Cost: '7.00' }, more] }, 'On Hold').refused).toEqual({
      'Details[1].Cost': 'is 6.00, would become 7.00, but the line is closed',
    });
    expect(judge({ Details: [more] }, 'Open').refused).toMatchObject({
      'Details[1].CostCode': 'is 01, would become 03',
    });
  });
});
