import { describe, expect, it } from 'vitest';
import { type FlowDocument, flowSchema } from '../../../engine/model/flow.ts';
import { watermarkNode } from '../../../engine/run/watermark.ts';

const flow = (where: string, more: object = {}): FlowDocument =>
  flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f',
    name: 'Bills',
    slots: {},
    parameters: {
      cutoff: { type: 'date', label: 'From', default: '2026-01-01' },
      branch: { type: 'text', label: 'Branch', default: 'MAIN' },
    },
    nodes: [
      { id: 'read', kind: 'read', label: 'Read', config: { slot: 'a', resource: 'b', where } },
      {
        id: 'bill',
        kind: 'map',
        config: { to: { slot: 'c', resource: 'd' }, fields: [{ to: 'B', value: '=branch' }] },
      },
      { id: 'check', kind: 'check', config: { conditions: [{ when: '=branch <> ""' }] } },
      { id: 'post', kind: 'write', config: { slot: 'c', resource: 'd', options: { branch: '=branch' } } },
    ],
    wires: [
      { from: 'read', to: 'bill' },
      { from: 'bill', to: 'check' },
      { from: 'check', to: 'post' },
    ],
    ...more,
  });
const document = flow('=[date] >= cutoff');

describe('the name of a watermark', () => {
  it('is of the node, and the same for the same logic whatever it is called', () => {
    const name = watermarkNode(document, 'read');
    expect(name).toMatch(/^read@[0-9a-f]{12}$/);
    expect(watermarkNode({ ...document, name: 'Other', layout: { nodes: { read: [9, 9] }, notes: [] } }, 'read')).toBe(
      name,
    );
    expect(watermarkNode(flow('=[date] > cutoff'), 'read')).not.toBe(name);
  });

  it('changes with the value of a parameter that decides what is wanted, and comes back with it', () => {
    const usual = watermarkNode(document, 'read');
    const other = watermarkNode(document, 'read', { cutoff: '2025-01-01' });
    expect(other).not.toBe(usual);
    expect(watermarkNode(document, 'read', { cutoff: '2026-01-01' })).toBe(usual);
    expect(watermarkNode(document, 'read', { cutoff: null })).toBe(usual);
  });

  it.each(['=[date]\n>=\ncutoff', '=[date] >= CutOff', '=OR(cutoff < [date])'])(
    'finds the parameter in %j',
    (where) => {
      const of = (cutoff: string) => watermarkNode(flow(where), 'read', { cutoff });
      expect(of('2025-01-01')).not.toBe(of('2026-01-01'));
    },
  );

  it('stays where a parameter only shapes what is posted, so that nothing posted is compared anew', () => {
    expect(watermarkNode(document, 'read', { branch: 'EAST' })).toBe(watermarkNode(document, 'read'));
    expect(watermarkNode(flow('=[cutoffs] = 1'), 'read', { cutoff: '2025-01-01' })).toBe(
      watermarkNode(flow('=[cutoffs] = 1'), 'read'),
    );
  });

  it('changes with a parameter of a map whose records go on into the flow', () => {
    const inner = { id: 'inner', kind: 'map', config: { fields: [{ to: 'wanted', value: '=branch = "MAIN"' }] } };
    const longer = flow('', { nodes: [...document.nodes, inner] });
    expect(watermarkNode(longer, 'read', { branch: 'EAST' })).not.toBe(watermarkNode(longer, 'read'));
  });
});
