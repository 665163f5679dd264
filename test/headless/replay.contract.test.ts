import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulator as acumatica } from '../../connectors/acumatica/simulator/index.ts';
import { simulator as procore } from '../../connectors/procore/simulator/index.ts';
import type { Fields } from '../../engine/model/record.ts';
import type { RecordOutcome, Voucher } from '../../engine/model/run.ts';
import { CommandLine } from '../support/command-line.ts';

const flow = 'Approved invoices → AP bills';
type Erp = Awaited<ReturnType<typeof acumatica.start>>;

let line: CommandLine;
let source: Awaited<ReturnType<typeof procore.start>>;
let erp: Erp;
/** Created by the approved run; the period of `late` closes after five documents of it. */
let posted: Fields[] = [];
let approved: Voucher[] = [];
let runId = '';
let held: RecordOutcome[] = [];

const monthOf = (date: unknown): string => String(date).slice(0, 7);
const periodOf = (month: string): string => `${month.slice(5)}${month.slice(0, 4)}`;
const bills = (): Promise<Fields[]> => erp.documents('bills');
const numbersOf = (documents: readonly Fields[]): Set<unknown> => new Set(documents.map((bill) => bill.ReferenceNbr));

/** Closes or opens a period for payables in every company of the ERP, as its accountant would. */
function setClosed(month: string, closed: boolean): void {
  for (const year of erp.state.world.database.list('CompanyFinancialPeriod')) {
    const rows = Array.isArray(year.Details) ? year.Details : [];
    for (const row of rows as Fields[]) if (row.FinancialPeriodID === periodOf(month)) row.ClosedInAP = closed;
  }
}

/** Linked because it was there before, held because something else was, or refused by the ERP for what it says. */
const settledOtherwise = ({ status, error }: RecordOutcome): boolean =>
  status === 'skipped' ||
  (status === 'held' && ['delivery.duplicateInTarget', 'remote.rejected'].includes(error?.code ?? ''));

/** The months of documents that would be created, by how many there are, most first. */
function monthsOf(vouchers: readonly Voucher[]): string[] {
  const counts = new Map<string, number>();
  for (const { date } of vouchers) counts.set(monthOf(date), (counts.get(monthOf(date)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([month]) => month);
}

beforeAll(async () => {
  line = await CommandLine.open();
  source = await procore.start();
  erp = await acumatica.start();
  for (const system of [source, erp]) expect((await line.connect(system, 'production')).answer.missing).toEqual([]);
  await line.run(['template', 'use', 'procore-acumatica-invoices']);
});
afterAll(async () => {
  await source.stop();
  await erp.stop();
  await line.close();
});

describe('periods that close between the posting sheet and the posting', () => {
  let early: string;
  let late: string;

  it('hold what is left with cause and remedy, and nothing goes into another period', async () => {
    const before = numbersOf(await bills());
    const dry = await line.run(['dry-run', flow]);
    approved = dry.answer.sheet.vouchers.filter(({ action }: Voucher) => action === 'create');
    [early = '', late = ''] = monthsOf(approved);
    // One closes before the run starts, the other while it posts: after it was read, before the document arrives.
    setClosed(early, true);
    const { database } = erp.state.world;
    const nextNumber = database.nextNumber.bind(database);
    let ofLate = 0;
    database.nextNumber = (entity) => {
      ofLate += 1;
      if (ofLate === 5) setClosed(late, true);
      return nextNumber(entity);
    };
    const run = await line.run(['run', flow, '--approve', dry.answer.run.id]);
    database.nextNumber = nextNumber;
    runId = run.answer.run.id;
    expect(run.code).toBe(1);
    expect(run.answer.run).toMatchObject({ status: 'partlySucceeded' });
    posted = (await bills()).filter((bill) => !before.has(bill.ReferenceNbr));
    expect(posted).toHaveLength(run.answer.run.counts.posted);
    for (const bill of posted) expect(bill.PostPeriod).toBe(periodOf(monthOf(bill.Date)));
    expect(posted.filter((bill) => monthOf(bill.Date) === early)).toEqual([]);
    const { answer } = await line.run(['runs', 'show', runId, '--limit', '5000']);
    held = answer.records.filter(({ error }: RecordOutcome) => error?.reason === 'period');
    const shown = new Map(approved.map((voucher) => [voucher.key, voucher]));
    const byCode = (code: string) => held.filter(({ key, error }) => error?.code === code && shown.has(key));
    expect(byCode('check.closedPeriod').length).toBeGreaterThan(0);
    expect(byCode('remote.periodClosed').length).toBeGreaterThan(0);
    for (const outcome of held) {
      expect(outcome).toMatchObject({ status: 'held', error: { hint: expect.stringMatching(/^Open the period/) } });
    }
    // What the sheet showed is posted or held for its period; the rest the ERP had already, or refused for a reason of its own.
    const others = answer.records.filter(
      ({ key, status, error }: RecordOutcome) => shown.has(key) && status !== 'posted' && error?.reason !== 'period',
    );
    expect(others.filter((outcome: RecordOutcome) => !settledOtherwise(outcome))).toEqual([]);
    const waiting = held.filter(({ key }) => shown.has(key));
    expect(posted.length + waiting.length + others.length).toBe(approved.length);
  });

  it('and are open again: a replay shows what it would post, and writes nothing', async () => {
    setClosed(early, false);
    setClosed(late, false);
    const before = (await bills()).length;
    const listed = await line.run(['replay']);
    expect(listed.code).toBe(0);
    expect(listed.answer.reasons).toContainEqual(
      expect.objectContaining({ status: 'held', code: 'check.closedPeriod', reason: 'period' }),
    );
    const dry = await line.run(['replay', '--run', runId, '--reason', 'period', '--dry-run']);
    expect(dry.answer.records).toBe(held.length);
    expect(dry.answer.sheet.vouchers.filter(({ action }: Voucher) => action === 'create').length).toBeGreaterThan(0);
    expect((await bills()).length).toBe(before);
  });

  it('and a replay to production asks for an approval of its own, although the flow was run dry', async () => {
    const before = (await bills()).length;
    const refused = await line.run(['replay', '--run', runId, '--reason', 'period']);
    expect(refused.code).toBe(3);
    expect(refused.answer.error).toMatchObject({ code: 'approval.required', reason: 'approval' });
    expect(refused.answer.error.hint).toContain('--approve');
    const unknown = await line.run(['replay', '--run', runId, '--reason', 'period', '--approve', 'r_nobody']);
    expect(unknown).toMatchObject({ code: 3, answer: { error: { code: 'run.notFound' } } });
    expect((await bills()).length).toBe(before);
  });

  it('and a replay that is approved posts each document once', async () => {
    const before = numbersOf(await bills());
    const dry = await line.run(['replay', '--run', runId, '--reason', 'period', '--dry-run']);
    const wanted = dry.answer.sheet.vouchers.filter(({ action }: Voucher) => action === 'create').length;
    const approve = ['replay', '--run', runId, '--reason', 'period', '--approve', dry.answer.run.id];
    const done = await line.run(approve);
    expect(done.answer.run).toMatchObject({ kind: 'replay', counts: { awaitingApproval: 0, failed: 0 } });
    const { records } = (await line.run(['runs', 'show', done.answer.run.id, '--limit', '5000'])).answer;
    const { posted: count } = done.answer.run.counts;
    expect(count + records.filter(settledOtherwise).length).toBe(wanted);
    const made = (await bills()).filter((bill) => !before.has(bill.ReferenceNbr));
    expect(made).toHaveLength(count);
    for (const bill of made) expect(bill.PostPeriod).toBe(periodOf(monthOf(bill.Date)));
    const again = await line.run(approve);
    expect(again.answer.run.counts.posted).toBe(0);
    expect(await bills()).toHaveLength(before.size + count);
    const { answer } = await line.run(['audit', 'verify']);
    expect(answer).toMatchObject({ intact: true });
  });
});

describe('costwire replay', () => {
  it('records who changed a field and why, and wants a reason', async () => {
    const key = held[0]?.key ?? '';
    const change = ['replay', '--run', runId, '--key', key, '--override', `${key}:invoice_number=CHANGED-1`];
    const silent = await line.run([...change, '--dry-run']);
    expect(silent).toMatchObject({ code: 3, answer: { error: { code: 'replay.reasonMissing' } } });
    const dry = await line.run([...change, '--why', 'The vendor renumbered it.', '--dry-run']);
    expect(dry.answer.sheet.vouchers).toMatchObject([{ key, number: 'CHANGED-1' }]);
  });

  it.for([
    [['--run', 'r_nobody'], 3, 'run.notFound'],
    [['--run', 'RUN', '--reason', 'weather'], 2, 'cli.usage'],
    [['--run', 'RUN', '--status', 'lost'], 2, 'cli.usage'],
    [['--run', 'RUN', '--flow', 'tomorrow'], 2, 'cli.usage'],
    [['--run', 'RUN', '--key', 'nobody'], 3, 'replay.nothing'],
    [['--run', 'RUN', '--override', 'nonsense', '--why', 'x'], 2, 'cli.usage'],
    [['--run', 'RUN', '--dry-run', '--approve', 'r_1'], 2, 'cli.usage'],
    [['--nonsense'], 2, 'cli.usage'],
  ] as const)('refuses %j', async ([args, code, error]) => {
    const answer = await line.run(['replay', ...args.map((text) => (text === 'RUN' ? runId : text))]);
    expect(answer).toMatchObject({ code, answer: { error: { code: error } } });
  });
});
