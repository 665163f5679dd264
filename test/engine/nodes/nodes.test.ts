import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../engine/model/record.ts';
import { nodeDeclarations } from '../../../engine/nodes/index.ts';
import { reasonGroups } from '../../../engine/nodes/reason.ts';
import { runFlow } from '../../../engine/run/run-flow.ts';
import { codeTable, readInvoices, type ToyNode, toyFlow, writeBills } from '../../support/toy-flow.ts';
import { emptyWorld, invoice, type ToyWorld, toyConnections, toyHost } from '../../support/toy-systems.ts';

const simple: ToyNode = [
  'map',
  {
    to: { slot: 'erp', resource: 'bills' },
    fields: [
      { to: 'Vendor', value: 'V' },
      { to: 'VendorRef', value: '=[ref]' },
      { to: 'Date', value: '2026-01-31' },
    ],
  },
];
const ref = (formula: string): ToyNode => ['map', { fields: [{ to: 'ref', value: formula }] }];

const run = async (
  nodes: Record<string, ToyNode>,
  wires: readonly string[],
  invoices: Fields[],
  more: Partial<ToyWorld> = {},
) => {
  const world = { ...emptyWorld(), invoices: [invoices.slice(0, 2), invoices.slice(2)], ...more };
  const host = toyHost(world);
  const document = toyFlow({ read: readInvoices, ...nodes }, wires);
  const table = codeTable([
    ['01', 'L', '5100'],
    ['*', '*', '9999', true],
  ]);
  const result = await runFlow(
    { document, kind: 'post', startedBy: 'test', connections: toyConnections, tables: [table] },
    host,
  );
  expect(result.problems.filter((problem) => problem.severity === 'blocking')).toEqual([]);
  expect(result.run.error).toBeUndefined();
  expect(result.run.counts.total).toBe(host.outcomes.length);
  const by = (status: string) => host.outcomes.filter((outcome) => outcome.status === status);
  return { ...result, world, refs: world.posted.map(({ value }) => value.VendorRef), by };
};

describe('every node kind', () => {
  it('says what it is, and has a help text for every field of its form', () => {
    expect(new Set(nodeDeclarations.map((declaration) => declaration.kind)).size).toBe(nodeDeclarations.length);
    for (const declaration of nodeDeclarations) {
      expect(declaration.summary.length).toBeGreaterThan(10);
      for (const field of declaration.fields) expect(field.help.length).toBeGreaterThan(5);
    }
  });
});

describe('filter and branch', () => {
  it('let pass what meets the condition and settle or pass on the rest', async () => {
    const { refs, by } = await run(
      {
        big: ['filter', { where: '=[total] >= 10', reason: '="Too small: " & [total]' }],
        ref: ref('=[id]'),
        bill: simple,
        post: writeBills,
      },
      ['read > big', 'big > ref', 'ref > bill', 'bill > post'],
      [invoice('1', ['5']), invoice('2', ['10'])],
    );
    expect(refs).toEqual(['2']);
    expect(by('skipped')).toMatchObject([{ origin: { id: '1' }, note: 'Too small: 5', nodeId: 'big' }]);
  });

  it('send each record down the first branch that fits, and join again', async () => {
    const { refs, by } = await run(
      {
        way: ['branch', { branches: [{ label: 'credit', when: '=[total] < 0' }, { when: '=[total] < 100' }] }],
        credit: ref('="C"&[id]'),
        small: ref('="S"&[id]'),
        all: ['union', { tag: 'way', labels: { a: 'credit', b: 'small' } }],
        tagged: ref('=[way]&[ref]'),
        bill: simple,
        post: writeBills,
      },
      [
        'read > way',
        'way.a > credit',
        'way.b > small',
        'credit > all.a',
        'small > all.b',
        'all > tagged',
        'tagged > bill',
        'bill > post',
      ],
      [invoice('1', ['-5']), invoice('2', ['10']), invoice('3', ['500'])],
    );
    expect(refs).toEqual(['creditC1', 'smallS2']);
    expect(by('skipped')).toMatchObject([{ origin: { id: '3' } }]);
  });
});

describe('map-codes', () => {
  const codes = (more: Fields = {}): ToyNode => [
    'map-codes',
    { table: 'codes', over: 'lines', keys: { code: '=[code]', kind: '=[kind]' }, ...more },
  ];
  const odd = invoice('1', ['7'], { lines: [{ id: '0', code: '77', kind: 'L', amount: '7' }] });
  const wires = ['read > codes', 'codes > ref', 'ref > bill', 'bill > post'];
  const rest = { ref: ref('=[id]'), bill: simple, post: writeBills };

  it('holds, fails or codes to suspense what only a fallback row answers', async () => {
    expect((await run({ codes: codes(), ...rest }, wires, [odd])).by('held')).toHaveLength(1);
    expect((await run({ codes: codes({ unmapped: 'fail' }), ...rest }, wires, [odd])).by('failed')).toHaveLength(1);
    const suspense = await run({ codes: codes({ unmapped: 'suspense' }), ...rest }, wires, [odd]);
    expect(suspense.by('posted')).toMatchObject([{ note: '1 line is coded to suspense.' }]);
  });

  it('passes unmapped records on where its lower port is wired', async () => {
    const { refs, by } = await run(
      { codes: codes(), ...rest, left: ref('="left "&[id]'), bill2: simple, post2: writeBills },
      [...wires, 'codes.held > left', 'left > bill2', 'bill2 > post2'],
      [odd],
    );
    expect(refs).toEqual(['left 1']);
    expect(by('posted')).toHaveLength(1);
  });
});

describe('check', () => {
  const check = (config: Fields): ToyNode => ['check', config];
  const held = async (config: Fields, record: Fields, more: Partial<ToyWorld> = {}) =>
    (await run({ check: check(config) }, ['read > check'], [record], more)).by('held')[0]?.error;
  const sums = { sums: [{ lines: 'lines', amount: '=[amount]', header: '=[total]' }] };

  it('holds records whose lines do not sum to the header, to the cent', async () => {
    expect(await held(sums, invoice('1', ['0.1', '0.2'], { total: '0.3' }))).toBeUndefined();
    const error = await held(sums, invoice('1', ['0.1', '0.2'], { total: '0.31' }));
    expect(error).toMatchObject({ code: 'check.linesDontSum' });
    expect(error?.message).toContain('-0.01');
    expect(
      await held({ sums: [{ ...sums.sums[0], tolerance: '0.01' }] }, invoice('1', ['0.1', '0.2'], { total: '0.31' })),
    ).toBeUndefined();
  });

  it('holds records that lack a field, break a condition or name an unknown vendor', async () => {
    expect(await held({ required: ['number'] }, invoice('1', ['1'], { number: '' }))).toMatchObject({
      code: 'check.requiredField',
    });
    const rule = { conditions: [{ when: '=[total] > 0', message: 'Credits are entered by hand.' }] };
    expect(await held(rule, invoice('1', ['-1']))).toMatchObject({
      code: 'check.failed',
      message: 'Credits are entered by hand.',
    });
    for (const [group, code] of Object.entries(reasonGroups)) {
      const grouped = { conditions: [{ when: '=[total] > 0', message: 'No.', group }] };
      expect(await held(grouped, invoice('1', ['-1']))).toMatchObject({ code, reason: group });
    }
    const spoken = { conditions: [{ when: '=[total] > 0', message: '="A credit of " & -[total] & "."' }] };
    expect(await held(spoken, invoice('1', ['-1']))).toMatchObject({ message: 'A credit of 1.' });
    const known = {
      known: [
        { value: '=[vendor_id]', slot: 'erp', resource: 'vendors', field: 'VendorID', where: '=[Status] = "Active"' },
      ],
    };
    expect(await held(known, invoice('1', ['1']), { erpVendors: ['1'] })).toBeUndefined();
    expect(await held(known, invoice('1', ['1']), { erpVendors: ['2'] })).toMatchObject({
      code: 'check.unknownVendor',
    });
    const within = (status: string) => ({ known: [{ ...known.known[0], within: status, withinField: 'Status' }] });
    expect(await held(within('Active'), invoice('1', ['1']), { erpVendors: ['1'] })).toBeUndefined();
    expect(await held(within('Closed'), invoice('1', ['1']), { erpVendors: ['1'] })).toMatchObject({
      code: 'check.unknownVendor',
      message: 'Vendor “1” of “Closed” does not exist or is not active in Toy ERP.',
      fields: { VendorID: '1', Status: 'Closed' },
    });
    const half = { known: [{ ...known.known[0], within: 'Active' }] };
    const flow = { check: check(half) };
    await expect(run(flow, ['read > check'], [])).rejects.toThrow(
      expect.objectContaining({ actual: [expect.objectContaining({ code: 'flow.missingConfig' })] }),
    );
  });
});

describe('group', () => {
  it('makes one record of all with the same key and settles each source record', async () => {
    const { refs, by } = await run(
      {
        group: ['group', { by: [{ name: 'vendor', value: '=[vendor_id]' }], into: 'invoices' }],
        ref: ref('=[vendor]&":"&COUNTA([invoices.id])'),
        bill: simple,
        post: writeBills,
      },
      ['read > group', 'group > ref', 'ref > bill', 'bill > post'],
      [invoice('1', ['1']), invoice('2', ['2'], { vendor_id: '2' }), invoice('3', ['3'])],
    );
    expect(refs).toEqual(['1:2', '2:1']);
    expect(by('posted')).toHaveLength(3);
  });
});

describe('join', () => {
  const nodes = (more: Fields = {}): Record<string, ToyNode> => ({
    vendors: ['read', { slot: 'source', resource: 'vendors' }],
    join: ['join', { left: '=[vendor_id]', right: '=[name]', into: 'vendor', ...more }],
    ref: ref('=[vendor.erp]&"-"&[id]'),
    bill: simple,
    post: writeBills,
  });
  const wires = ['read > join', 'vendors > join.right', 'join > ref', 'ref > bill', 'bill > post'];
  const vendors = [
    { id: 'a', name: '1', erp: 'V1' },
    { id: 'b', name: '2', erp: 'V2' },
    { id: 'c', name: '2', erp: 'V3' },
  ];

  it('adds what the other stream says; unknown and doubled keys are held; vendors are not counted', async () => {
    const {
      refs,
      by,
      run: summary,
    } = await run(
      nodes(),
      wires,
      [invoice('1', ['1']), invoice('2', ['2'], { vendor_id: '2' }), invoice('3', ['3'], { vendor_id: '9' })],
      { vendors },
    );
    expect(refs).toEqual(['V1-1']);
    expect(by('held').map((outcome) => outcome.origin.id)).toEqual(['2', '3']);
    expect(summary.counts.total).toBe(3);
  });

  it('keeps, skips or takes the first, as chosen', async () => {
    const list = [invoice('2', ['2'], { vendor_id: '2' }), invoice('3', ['3'], { vendor_id: '9' })];
    expect((await run(nodes({ many: 'first', missing: 'keep' }), wires, list, { vendors })).refs).toEqual([
      'V2-2',
      '-3',
    ]);
    expect((await run(nodes({ many: 'first', missing: 'skip' }), wires, list, { vendors })).by('skipped')).toHaveLength(
      1,
    );
  });
});

describe('stop', () => {
  it.each(['held', 'skipped'] as const)('ends records as %s and says why', async (as) => {
    const { refs, by } = await run(
      { end: ['stop', { as, reason: '="Nothing to do for " & [id]' }] },
      ['read > end'],
      [invoice('1', ['5']), invoice('2', ['10'])],
    );
    expect(refs).toEqual([]);
    expect(by(as).map(({ note, error }) => note ?? error?.message)).toEqual([
      'Nothing to do for 1',
      'Nothing to do for 2',
    ]);
  });
});

it('stop groups what it holds as its author says', async () => {
  const { by } = await run(
    { end: ['stop', { reason: 'Two vendors look alike.', group: 'vendor' }] },
    ['read > end'],
    [invoice('1', ['5'])],
  );
  expect(by('held')[0]?.error).toMatchObject({ code: 'check.failedVendor', reason: 'vendor' });
});

describe('dedupe', () => {
  it('finds invoice numbers that differ in case, blanks and leading zeros only', async () => {
    const { refs, by } = await run(
      {
        dedupe: ['dedupe', { by: [{ value: '=[vendor_id]' }, { value: '=[number]' }], compare: 'invoice-number' }],
        ref: ref('=[id]'),
        bill: simple,
        post: writeBills,
      },
      ['read > dedupe', 'dedupe > ref', 'ref > bill', 'bill > post'],
      [
        invoice('1', ['1'], { number: 'a-0713' }),
        invoice('2', ['1'], { number: ' A 0713' }),
        invoice('3', ['1'], { number: '713', vendor_id: '2' }),
      ],
    );
    expect(refs).toEqual(['1', '3']);
    expect(by('held')).toMatchObject([
      { origin: { id: '2' }, error: { code: 'check.duplicate', reason: 'duplicate' } },
    ]);
  });
});

describe('reconcile', () => {
  it('tells what agrees, differs and is on one side only, with totals', async () => {
    const { by, world } = await run(
      {
        vendors: ['read', { slot: 'source', resource: 'vendors' }],
        both: [
          'reconcile',
          {
            leftKey: '=[number]',
            rightKey: '=[name]',
            leftAmount: '=[total]',
            rightAmount: '=VALUE([erp])',
            leftName: 'Source',
            rightName: 'Ledger',
            tolerance: '0.01',
          },
        ],
        ref: ref('=[matched_count]&"/"&[differs_count]&"/"&[onlyLeft_left]&"/"&[onlyRight_right]'),
        bill: simple,
        post: writeBills,
      },
      ['read > both', 'vendors > both.right', 'both.totals > ref', 'ref > bill', 'bill > post'],
      [invoice('1', ['1.005']), invoice('2', ['2']), invoice('3', ['3'])],
      {
        vendors: [
          { id: '1', name: 'INV-1', erp: '1' },
          { id: '2', name: 'INV-2', erp: '2.5' },
          { id: '4', name: 'INV-4', erp: '4' },
        ],
      },
    );
    expect(by('skipped').map((outcome) => outcome.origin.id)).toEqual(['1', '1']);
    const reasons = by('held').map((outcome) => outcome.error?.message);
    expect(reasons).toContain('“INV-2” differs by -0.50: Source 2.00, Ledger 2.50.');
    expect(reasons).toContain('“INV-3” is in Source with 3.00, but not in Ledger.');
    expect(reasons).toContain('“INV-4” is in Ledger with 4.00, but not in Source.');
    expect(world.posted.map(({ value }) => value.VendorRef)).toEqual(['1/1/3/4']);
  });
});

describe('a node that is switched off', () => {
  it('lets records pass unchanged, and posts nothing where it posts', async () => {
    const off = { disabled: true };
    const passed = await run(
      { big: ['filter', { where: '=FALSE' }, off], ref: ref('=[id]'), bill: simple, post: writeBills },
      ['read > big', 'big > ref', 'ref > bill', 'bill > post'],
      [invoice('1', ['5'])],
    );
    expect(passed.refs).toEqual(['1']);
    const { by, refs } = await run(
      { ref: ref('=[id]'), bill: simple, post: [...writeBills, off] as unknown as ToyNode },
      ['read > ref', 'ref > bill', 'bill > post'],
      [invoice('1', ['5'])],
    );
    expect(refs).toEqual([]);
    expect(by('skipped')).toHaveLength(1);
  });
});
