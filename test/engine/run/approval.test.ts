import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../engine/model/error.ts';
import type { FlowDocument } from '../../../engine/model/flow.ts';
import type { Voucher } from '../../../engine/model/run.ts';
import { approvalFrom, runBasis, type SheetClaim, sheetValidMs } from '../../../engine/run/approval.ts';
import { type RunRequest, runFlow } from '../../../engine/run/run-flow.ts';
import { billFlow, codeTable } from '../../support/toy-flow.ts';
import { emptyWorld, invoice, toyConnections, toyHost } from '../../support/toy-systems.ts';

const table = codeTable([['01-100', 'L', '5100']]);
const request = (more: Partial<RunRequest> = {}): RunRequest => ({
  document: billFlow(),
  kind: 'post',
  startedBy: 'test',
  connections: toyConnections,
  tables: [table],
  ...more,
});
const setUp = () => {
  const world = { ...emptyWorld(), invoices: [[invoice('1', ['10']), invoice('2', ['20'])]] };
  return { world, host: toyHost(world) };
};

describe('what a run is made of', () => {
  const base = runBasis(request());
  const withFlow = (change: Partial<FlowDocument>) => runBasis(request({ document: { ...billFlow(), ...change } }));

  it('is not changed by names, notes, layout, versions and the order of nodes and wires', () => {
    const { nodes, wires } = billFlow();
    const same = withFlow({
      name: 'Other',
      version: 9,
      description: 'x',
      layout: { nodes: { read: [1, 2] }, notes: [] },
      nodes: [...nodes].reverse().map((node) => ({ ...node, label: 'x' })),
      wires: [...wires].reverse(),
    });
    expect(same).toEqual(base);
  });

  it('is changed by every part that decides what is posted', () => {
    const { nodes, wires } = billFlow();
    const flows = [
      withFlow({ nodes: nodes.map((node) => (node.id === 'post' ? { ...node, disabled: true } : node)) }),
      withFlow({ nodes: nodes.map((node) => ({ ...node, config: { ...node.config, more: 1 } })) }),
      withFlow({ wires: wires.slice(1) }),
      withFlow({ slots: { source: { connector: 'toy' }, erp: { connector: 'other' } } }),
    ];
    for (const basis of flows) expect(basis.flow).not.toBe(base.flow);
    const erpAt = (address: string) => {
      const connection = { id: 'c_erp', name: 'ERP', connector: 'erp', secrets: [], fields: { address } };
      return runBasis(request({ connections: { erp: { ...connection, environment: 'production' } } })).connections;
    };
    expect(erpAt('https://other.example')).not.toBe(erpAt('https://erp.example'));
    expect(runBasis(request({ tables: [{ ...table, version: 8 }] })).tables).not.toBe(base.tables);
    const document = { ...billFlow(), parameters: { cutoff: { type: 'date' as const, label: 'From', default: 'a' } } };
    const usual = runBasis(request({ document }));
    expect(runBasis(request({ document, parameterValues: { cutoff: 'a' } }))).toEqual(usual);
    expect(runBasis(request({ document, parameterValues: { cutoff: 'b' } })).parameters).not.toBe(usual.parameters);
  });

  it('leaves out tables that the flow does not name, and the address of the practice company', () => {
    const other = { ...table, schema: { ...table.schema, id: 'unused' } };
    expect(runBasis(request({ tables: [table, other] }))).toEqual(base);
    const practice = (address: string) => {
      const connection = { id: 'c', name: 'P', connector: 'erp', secrets: [], fields: { address } };
      return runBasis(request({ connections: { erp: { ...connection, environment: 'practice' } } }));
    };
    expect(practice('http://127.0.0.1:1')).toEqual(practice('http://127.0.0.1:2'));
  });
});

describe('approving a posting sheet', () => {
  const claim = async (): Promise<SheetClaim> => {
    const { run, sheet } = await runFlow(request({ kind: 'dry' }), setUp().host);
    const now = Date.parse(run.finishedAt ?? '') + 1000;
    return { run, sheet, hash: sheet.hash, basis: runBasis(request()), now };
  };

  it('holds for a day, for the sheet that was seen, for what the dry run was made of', async () => {
    const good = await claim();
    expect(approvalFrom(good).hash).toBe(good.sheet.hash);
    expect(approvalFrom({ ...good, now: good.now + sheetValidMs - 1000 }).runId).toBe(good.run.id);
    expect(() => approvalFrom({ ...good, now: good.now + sheetValidMs })).toThrow(/more than a day old/);
    expect(() => approvalFrom({ ...good, hash: 'other' })).toThrow(/is not the one/);
    const flow = { ...good, basis: { ...good.basis, flow: 'x', tables: 'y' } };
    expect(() => approvalFrom(flow)).toThrow(/the flow and a mapping table changed/);
    expect(() => approvalFrom({ ...good, basis: { ...good.basis, connections: 'x' } })).toThrow(/a connection changed/);
    const { basis: _gone, ...old } = good.run;
    expect(() => approvalFrom({ ...good, run: old })).toThrow(/changed/);
  });

  it('is given by a dry run that finished and nothing else', async () => {
    const good = await claim();
    for (const change of [{ kind: 'post' }, { status: 'failed' }, { status: 'cancelled' }, { status: 'running' }]) {
      const run = { ...good.run, ...change } as SheetClaim['run'];
      expect(() => approvalFrom({ ...good, run })).toThrow(expect.objectContaining({ code: 'approval.required' }));
    }
    expect(approvalFrom({ ...good, run: { ...good.run, status: 'partlySucceeded' } })).toBeDefined();
    expect(catalogue['approval.stale'].reason).toBe('approval');
  });

  it('covers as many files as the sheet shows, also those of documents that need nothing else', async () => {
    const good = await claim();
    const vouchers = [...good.sheet.vouchers];
    const [first, second] = vouchers;
    if (first === undefined || second === undefined) throw new Error('no vouchers');
    const filed: Voucher = { ...second, action: 'skip', attachments: 1 };
    const approval = approvalFrom({
      ...good,
      sheet: { ...good.sheet, vouchers: [{ ...first, attachments: 2 }, filed] },
    });
    expect(
      [first, { ...first, attachments: 2 }, { ...first, attachments: 3 }].map((one) => approval.covers(one)),
    ).toEqual([false, true, false]);
    expect([filed, { ...filed, attachments: 2 }].map((one) => approval.covers(one))).toEqual([true, false]);
  });

  it('sends what the sheet shows and keeps back what is new or changed', async () => {
    const { world, host } = setUp();
    const { run, sheet } = await runFlow(request({ kind: 'dry' }), host);
    const approval = approvalFrom({ run, sheet, hash: sheet.hash, basis: runBasis(request()), now: host.now() });
    world.invoices = [[invoice('1', ['10']), invoice('2', ['21']), invoice('3', ['30'])]];
    host.outcomes.length = 0;
    const posting = await runFlow(request({ approval }), host);
    expect(world.posted.map(({ value }) => value.VendorRef)).toEqual(['INV-1']);
    expect(posting.run.counts).toMatchObject({ total: 3, posted: 1, awaitingApproval: 2 });
    expect(posting.run.status).toBe('partlySucceeded');
    const kept = host.outcomes.filter(({ status }) => status === 'awaitingApproval');
    expect(kept.map(({ error }) => error?.code)).toEqual(['approval.notShown', 'approval.notShown']);
    expect(kept.map(({ error }) => error?.recordKey)).toEqual(kept.map(({ key }) => key));
  });
});
