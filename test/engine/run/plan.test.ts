import { describe, expect, it } from 'vitest';
import type { FlowDocument, Problem } from '../../../engine/model/flow.ts';
import { type PlanInput, planFlow } from '../../../engine/run/plan.ts';
import { billFlow, codeLines, codeTable, mapBills, readInvoices, toyFlow, writeBills } from '../../support/toy-flow.ts';
import { emptyWorld, toyConnections, toySource, toyTarget } from '../../support/toy-systems.ts';

const world = emptyWorld();
const plan = (document: FlowDocument, more: Partial<PlanInput> = {}) =>
  planFlow({
    document,
    connectors: [toySource(world), toyTarget(world)],
    connections: toyConnections,
    tables: [codeTable([['*', '*', '1']])],
    ...more,
  });
const blocking = (problems: readonly Problem[]) => problems.filter((problem) => problem.severity === 'blocking');

const path = ['read > codes', 'codes > bill', 'bill > post'];
const nodes = { read: readInvoices, codes: codeLines, bill: mapBills, post: writeBills };
const changed = (id: keyof typeof nodes, config: Record<string, unknown>): FlowDocument => {
  const document = toyFlow(nodes, path);
  const node = document.nodes.find((candidate) => candidate.id === id);
  if (node !== undefined) node.config = { ...node.config, ...(config as typeof node.config) };
  return document;
};

describe('planning a flow', () => {
  it('makes a plan of a flow that is in order, with the schemas of all wires', () => {
    const { plan: made, problems, schemas } = plan(billFlow());
    expect(problems).toEqual([]);
    expect(made?.reads).toEqual(['read']);
    const lines = schemas.codes?.outputs.out?.fields.find((field) => field.name === 'lines');
    expect(lines?.fields?.find((field) => field.name === 'coding')?.fields?.map((field) => field.name)).toEqual([
      'account',
      'suspense',
    ]);
    expect(schemas.bill?.outputs.out?.shapedFor).toEqual({ slot: 'erp', resource: 'bills' });
  });

  it.each<[string, FlowDocument, Partial<Problem>]>([
    [
      'a circle of wires',
      toyFlow({ read: readInvoices, a: ['filter', { where: '=TRUE' }], b: ['filter', { where: '=TRUE' }] }, [
        'read > a',
        'a > b',
        'b > a',
      ]),
      { code: 'flow.cycle' },
    ],
    ['a wire to nowhere', toyFlow(nodes, [...path, 'read > bil']), { code: 'flow.danglingWire' }],
    [
      'a port that is not there',
      toyFlow(nodes, [...path, 'codes.odd > bill']),
      { code: 'flow.danglingWire', nodeId: 'codes' },
    ],
    [
      'an unknown kind',
      toyFlow({ ...nodes, odd: ['teleport'] }, [...path, 'read > odd']),
      { code: 'flow.unknownNodeKind', nodeId: 'odd' },
    ],
    [
      'two nodes of one id',
      { ...toyFlow(nodes, path), nodes: [...toyFlow(nodes, path).nodes, { id: 'read', kind: 'note', config: {} }] },
      { code: 'flow.invalid', nodeId: 'read' },
    ],
    ['nothing to read', toyFlow({ post: writeBills }, []), { code: 'flow.unreachable', nodeId: 'post' }],
    [
      'an unknown resource',
      changed('read', { resource: 'invoice' }),
      { code: 'flow.unknownResource', nodeId: 'read', fix: { label: 'Use “invoices”', value: 'invoices' } },
    ],
    ['an unknown slot', changed('read', { slot: 'moon' }), { code: 'connection.unbound', nodeId: 'read' }],
    [
      'a missing setting',
      changed('codes', { keys: { code: '=[code]' } }),
      { code: 'flow.missingConfig', nodeId: 'codes', field: 'keys.kind' },
    ],
    [
      'an unknown table',
      changed('codes', { table: 'cods' }),
      { code: 'mapping.unknownTable', nodeId: 'codes', field: 'table' },
    ],
    [
      'a list that is not there',
      changed('codes', { over: 'line' }),
      { code: 'flow.unknownField', field: 'over', fix: { label: 'Use “lines”', value: 'lines' } },
    ],
    [
      'a type error in a formula',
      changed('read', { where: '=[total] + [date] > "x" + 1' }),
      { nodeId: 'read', field: 'where' },
    ],
    [
      'a condition that is no condition',
      changed('read', { where: '=[number]' }),
      { code: 'formula.type', field: 'where' },
    ],
    [
      'an unknown field in a formula',
      changed('read', { where: '=[statu] = "approved"' }),
      { nodeId: 'read', field: 'where' },
    ],
    [
      'an unknown target field',
      changed('bill', { fields: [{ to: 'Vendr', value: 'x' }] }),
      { code: 'flow.unknownField', field: 'fields.0.to', fix: { label: 'Use “Vendor”', value: 'Vendor' } },
    ],
    [
      'a calculated target field',
      changed('bill', { fields: [{ to: 'Amount', value: '=[total]' }] }),
      { code: 'flow.unknownField', field: 'fields.0.to' },
    ],
    [
      'a value of the wrong type',
      changed('bill', { fields: [{ to: 'Date', value: '=[number]' }] }),
      { code: 'formula.type', field: 'fields.0.value' },
    ],
    [
      'a literal that the target does not take',
      changed('bill', { fields: [{ to: 'Type', value: 'Invoice' }] }),
      { code: 'data.badValue', field: 'fields.0.value' },
    ],
    [
      'a required field that nothing fills',
      changed('bill', { fields: [{ to: 'Vendor', value: 'V1' }] }),
      { code: 'flow.missingConfig', field: 'fields' },
    ],
    [
      'a required line field that nothing fills',
      changed('bill', { each: [{ to: 'Details', over: 'lines', fields: [] }] }),
      { code: 'flow.missingConfig', field: 'each.0.fields' },
    ],
    [
      'records shaped for something else',
      changed('post', { resource: 'vendors' }),
      { nodeId: 'post', field: 'resource' },
    ],
    [
      'a release that the target does not offer',
      changed('post', { release: true }),
      { nodeId: 'post', field: 'release' },
    ],
    ['an option that nobody reads', changed('post', { options: { colour: 'red' } }), { field: 'options.colour' }],
    ['a newer file', { ...billFlow(), schemaVersion: 99 }, { code: 'flow.newer' }],
  ])('names %s', (_title, document, expected) => {
    const { plan: made, problems } = plan(document);
    expect(made).toBeUndefined();
    expect(blocking(problems)).toContainEqual(expect.objectContaining(expected));
    for (const problem of problems) expect(problem.hint.length).toBeGreaterThan(5);
  });

  it('names slots without a connection, with a wrong one, and connectors it does not have', () => {
    const first = (more: Partial<PlanInput>) => blocking(plan(billFlow(), more).problems)[0];
    expect(first({ connections: { source: toyConnections.source } })).toMatchObject({
      code: 'connection.unbound',
      field: 'slots.erp',
    });
    expect(first({ connections: { source: toyConnections.source, erp: toyConnections.source } })?.message).toContain(
      'needs Toy ERP',
    );
    expect(blocking(plan(billFlow(), { connectors: [toySource(world)] }).problems)).toContainEqual(
      expect.objectContaining({ code: 'connection.unknownConnector', field: 'slots.erp' }),
    );
  });

  it('refuses a table whose rows contradict each other, where it is used', () => {
    const tie = codeTable([
      ['1', '*', 'a'],
      ['1', '*', 'b'],
    ]);
    expect(blocking(plan(billFlow(), { tables: [tie] }).problems)).toMatchObject([
      { code: 'mapping.ambiguous', nodeId: 'codes' },
    ]);
    const unused = { ...tie, schema: { ...tie.schema, id: 'elsewhere' } };
    expect(plan(billFlow(), { tables: [codeTable([['*', '*', '1']]), unused] }).plan).toBeDefined();
  });

  it('warns of nodes that take no part and of outputs that lead nowhere', () => {
    const { plan: made, problems } = plan(
      toyFlow({ read: readInvoices, lost: ['filter', { where: '=TRUE' }], text: ['note', { text: 'hi' }] }, []),
    );
    expect(made?.nodes.map(({ node }) => node.id)).toEqual(['read', 'text']);
    expect(problems).toMatchObject([
      { severity: 'warning', nodeId: 'read' },
      { severity: 'warning', code: 'flow.unreachable', nodeId: 'lost' },
    ]);
  });

  it('reads reference data first and knows it by its wires', () => {
    const document = toyFlow(
      {
        a: readInvoices,
        vendors: ['read', { slot: 'source', resource: 'vendors' }],
        known: ['filter', { where: '=[erp] <> ""' }],
        join: ['join', { left: '=[vendor_id]', right: '=[id]', into: 'vendor' }],
        rest: ['map', { fields: [{ to: 'erp', value: '=[vendor.erp]' }] }],
      },
      ['a > join', 'vendors > known', 'known > join.right', 'join > rest'],
    );
    const { plan: made } = plan(document);
    expect(made?.reads).toEqual(['vendors', 'a']);
    expect(
      made?.nodes
        .filter((node) => node.reference)
        .map(({ node }) => node.id)
        .sort((a, b) => (a < b ? -1 : 1)),
    ).toEqual(['known', 'vendors']);
    const half = toyFlow(
      { a: readInvoices, join: ['join', { left: '=[vendor_id]', right: '=[id]', into: 'vendor' }] },
      ['a > join'],
    );
    expect(blocking(plan(half).problems)).toContainEqual(
      expect.objectContaining({ nodeId: 'join', code: 'flow.unreachable' }),
    );
  });
});
