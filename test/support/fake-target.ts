/** A target system in memory that can lose answers, refuse, be locked and die at any step; for tests of delivery. */
import type { Connector, FoundDocument, Resource, WriteResult } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields } from '../../engine/model/record.ts';
import type { DeliveryTarget, RunIdentity, WriteIntent } from '../../engine/run/ports.ts';

/** What the next create does; afterwards creates are well-behaved again. */
export type Fault =
  | 'lostBefore'
  | 'lostAfter'
  | 'lateCommit'
  | 'refuse'
  | 'throttle'
  | 'wrongAmount'
  | 'unreachable'
  | 'signedOut'
  | 'wrongCompany';

/** A document of the fake. */
export interface FakeDocument {
  id: string;
  number: string;
  value: Fields;
  released: boolean;
  editable: boolean;
}

/** The fake itself. `step` is called before and after everything it does. */
export class FakeTarget {
  readonly documents: FakeDocument[] = [];
  readonly calls: string[] = [];
  readonly faults: Fault[] = [];
  readonly releaseFaults: ('refuse' | 'lost' | 'periodClosed' | 'signedOut')[] = [];
  /** What every lookup is refused with, until it is taken away. */
  findRefusal: AppError | undefined;
  findDown = 0;
  step: () => void = () => undefined;
  private late: Fields[] = [];
  private readonly inFlight = new Set<string>();

  async find(value: Fields): Promise<FoundDocument[]> {
    this.enter('find', value);
    if (this.findRefusal !== undefined) throw this.findRefusal;
    if (this.findDown > 0) {
      this.findDown -= 1;
      throw new AppError('remote.unavailable', 'The ERP does not answer.');
    }
    await Promise.resolve();
    const hits = this.documents.filter(
      (document) =>
        document.value.Vendor === value.Vendor && plain(document.value.VendorRef) === plain(value.VendorRef),
    );
    // A late commit becomes visible only after somebody looked: the worst moment.
    for (const waiting of this.late.splice(0)) this.commit(waiting);
    this.step();
    return hits.map((document) => this.answer(document));
  }

  async create(value: Fields): Promise<WriteResult> {
    this.enter('create', value);
    const key = `${String(value.Vendor)} ${plain(value.VendorRef)}`;
    if (this.inFlight.has(key)) throw new Error(`two writes at once for ${key}`);
    this.inFlight.add(key);
    try {
      await Promise.resolve();
      return this.take(value, this.faults.shift());
    } finally {
      this.inFlight.delete(key);
    }
  }

  async update(id: string, value: Fields): Promise<WriteResult> {
    this.enter('update', value);
    await Promise.resolve();
    const document = this.byId(id);
    document.value = { ...value };
    this.step();
    return this.answer(document);
  }

  async release(id: string): Promise<WriteResult> {
    this.enter('release', { id });
    await Promise.resolve();
    const fault = this.releaseFaults.shift();
    if (fault === 'refuse') throw new AppError('remote.rejected', 'The vendor is on hold.');
    if (fault === 'periodClosed') throw new AppError('remote.periodClosed', 'The period 03-2026 is closed.');
    if (fault === 'signedOut') throw new AppError('remote.authFailed', 'The sign-in was refused.');
    const document = this.byId(id);
    document.released = true;
    document.editable = false;
    this.step();
    if (fault === 'lost') throw new AppError('remote.timeout', 'The ERP did not answer in time.');
    return this.answer(document);
  }

  /** Enters a document by hand, as a clerk would. */
  enterByHand(value: Fields, more: Partial<FakeDocument> = {}): FakeDocument {
    const document = Object.assign(this.commit(value), more);
    return document;
  }

  private take(value: Fields, fault: Fault | undefined): WriteResult {
    if (fault === 'refuse') throw new AppError('remote.rejected', 'Account 5000 is inactive.');
    if (fault === 'signedOut') throw new AppError('remote.authFailed', 'The sign-in was refused.');
    if (fault === 'wrongCompany') throw new AppError('remote.wrongCompany', 'There is no company Nine.');
    if (fault === 'throttle') throw new AppError('remote.rateLimited', 'Too many requests.', { retryAfterMs: 7 });
    if (fault === 'unreachable') throw new AppError('remote.unreachable', 'The connection was refused.');
    if (fault === 'lostBefore') throw new AppError('remote.timeout', 'The ERP did not answer in time.');
    if (fault === 'lateCommit') {
      this.late.push(value);
      throw new AppError('remote.timeout', 'The ERP did not answer in time.');
    }
    const document = this.commit(fault === 'wrongAmount' ? { ...value, Amount: '0.01' } : value);
    this.step();
    if (fault === 'lostAfter') throw new AppError('remote.badResponse', 'The answer was cut off.');
    return this.answer(document);
  }

  private commit(value: Fields): FakeDocument {
    const number = `AP${String(this.documents.length + 1).padStart(6, '0')}`;
    const document = { id: `id-${number}`, number, value: { ...value }, released: false, editable: true };
    this.documents.push(document);
    return document;
  }

  private byId(id: string): FakeDocument {
    const document = this.documents.find((candidate) => candidate.id === id);
    if (document === undefined) throw new AppError('remote.notFound', `There is no document ${id}.`);
    return document;
  }

  private answer(document: FakeDocument): FoundDocument {
    const { id, number, released, editable } = document;
    return { id, number, released, editable, status: released ? 'Open' : 'On Hold', value: { ...document.value } };
  }

  private enter(call: string, value: Fields): void {
    this.step();
    this.calls.push(`${call} ${String(value.VendorRef ?? value.id)}`);
  }
}

const plain = (value: unknown): string =>
  String(value)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^0+/, '');

/** The bills resource over a fake. */
const bills: Resource<FakeTarget> = {
  id: 'bills',
  title: 'Bills',
  description: 'Vendor bills.',
  scope: 'company',
  incremental: false,
  fields: [
    { name: 'Vendor', label: 'Vendor', type: 'text', required: true },
    { name: 'VendorRef', label: 'Vendor reference', type: 'text', required: true },
    { name: 'Amount', label: 'Amount', type: 'decimal', money: true },
    { name: 'Details', label: 'Details', type: 'list', fields: [{ name: 'Account', label: 'Account', type: 'text' }] },
  ],
  key: { fields: ['Vendor', 'VendorRef'], normalize: 'invoice-number' },
  amount: { field: 'Amount', lines: { list: 'Details', field: 'Amount' } },
  roles: { vendor: 'Vendor', number: 'VendorRef', date: 'Date', lines: 'Details', account: 'Account' },
  find: (client, value) => client.find(value),
  create: (client, value) => client.create(value),
  update: (client, id, value) => client.update(id, value),
  release: (client, id) => client.release(id),
};

/** A delivery target over a fake. */
export function fakeDeliveryTarget(fake: FakeTarget, more: Partial<DeliveryTarget<FakeTarget>> = {}): DeliveryTarget {
  const connector: Connector<FakeTarget> = {
    id: 'fake',
    title: 'Fake ERP',
    vendor: 'Nobody',
    description: 'For tests.',
    role: 'target',
    credentials: [],
    limits: [],
    assumptions: [],
    connect: () => fake,
    ping: async function* () {
      yield await Promise.resolve({ id: 'reach', label: 'Reach', status: 'ok' as const });
    },
    resources: [bills],
  };
  const target: DeliveryTarget<FakeTarget> = {
    connector,
    resource: bills,
    client: fake,
    connectionId: 'erp-1',
    connectionName: 'Practice ERP',
    mode: 'create',
    release: false,
    options: {},
    ...more,
  };
  // The engine never looks inside a client: only the connector does.
  return target as unknown as DeliveryTarget;
}

/** A run's identity. */
export const sampleIdentity = (runId: string): RunIdentity => ({
  runId,
  flowId: 'f1',
  flowVersion: 3,
  tableVersions: { codes: 2 },
  startedBy: 'ann',
});

/** A bill to write, named by its number. */
export function billIntent(number: number, more: Fields = {}, key = `procore:requisitions:${number}`): WriteIntent {
  const value: Fields = {
    Vendor: 'V-0001',
    VendorRef: `INV-${number}`,
    Amount: `${number}00.25`,
    Date: '2026-02-01',
    Details: [{ Account: '5000', Amount: `${number}00.25`, CostCode: '01-100' }],
    ...more,
  };
  const origin = { system: 'procore', resource: 'requisitions', id: String(number), label: String(value.VendorRef) };
  const record = { key, value, origin };
  return {
    record,
    nodeId: 'post',
    value,
    source: { id: String(number) },
    amount: `${number}00.25`,
    currency: 'USD',
    mappingRows: ['codes@2:r1'],
  };
}
