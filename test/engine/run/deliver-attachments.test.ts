import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../engine/model/error.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import type { DeliveryTarget, FileWish, WriteIntent } from '../../../engine/run/ports.ts';
import { billIntent, FakeTarget, fakeDeliveryTarget, sampleIdentity } from '../../support/fake-target.ts';
import { temporaryStore } from '../../support/store.ts';

const never = new AbortController().signal;
const bytes = new TextEncoder().encode('%PDF');
const key = { connectionId: 'erp-1', resource: 'bills', businessKey: 'V-0001 | INV1' };

/** A target that takes files once per mark, and faults that happen before or after it has taken one. */
async function world() {
  const store = await temporaryStore();
  const fake = new FakeTarget();
  const held: { id: string; name: string; mark: string }[] = [];
  const sends: string[] = [];
  const faults: { code: ErrorCode; kept?: boolean }[] = [];
  const fetchFaults: ErrorCode[] = [];
  const base = fakeDeliveryTarget(fake);
  let killed = false;
  const attach: NonNullable<DeliveryTarget['resource']['attach']> = async (_client, id, { name, mark }) => {
    sends.push(mark);
    if (killed) throw new Error('killed');
    const same = held.find((file) => file.id === id && file.mark === mark);
    if (same !== undefined) return { name: same.name };
    const fault = faults.shift();
    if (fault === undefined || fault.kept === true) held.push({ id, name, mark });
    if (fault !== undefined) throw new AppError(fault.code, 'The target is not well.');
    return { name };
  };
  const target = { ...base, resource: { ...base.resource, attach } as DeliveryTarget['resource'] };
  const deliverer = createDeliverer(store, { sleep: async () => undefined, random: () => 0 });
  const wish = (id: string): FileWish => ({
    source: `source/${id}`,
    reference: { id, name: `${id}.pdf`, url: `https://files.example/${id}` },
    fetch: async () => {
      const code = fetchFaults.shift();
      if (code !== undefined) throw new AppError(code, 'The source is not well.');
      return { name: `${id}.pdf`, mediaType: 'application/pdf', size: bytes.length, bytes };
    },
  });
  /** Dies in the middle of a file: what is no error of the target ends the delivery where it stands. */
  const stop = async (work: () => Promise<unknown>) => {
    killed = true;
    await work().finally(() => {
      killed = false;
    });
  };
  const post = async (runId: string, ids: readonly string[], more: Partial<DeliveryTarget> = {}) => {
    const identity = sampleIdentity(runId);
    const intent: WriteIntent = { ...billIntent(1), files: ids.map(wish) };
    const planned = await deliverer.plan(identity, { ...target, ...more }, intent, never);
    const { settled } = planned;
    const outcome =
      settled === undefined
        ? await deliverer.apply(identity, { ...target, ...more }, planned, never)
        : await deliverer.complete?.(identity, { ...target, ...more }, { ...planned, settled }, never);
    return { outcome, planned };
  };
  return { store, fake, held, sends, faults, fetchFaults, post, stop };
}

describe('files of a document', () => {
  it('are attached once it stands, before it is released, and never again', async () => {
    const { store, fake, held, sends, post } = await world();
    const { outcome, planned } = await post('r1', ['a', 'b'], { release: true });
    expect(planned.voucher.attachments).toBe(2);
    expect(outcome).toMatchObject({ status: 'posted', target: { number: 'AP000001' } });
    expect(outcome?.note).toBeUndefined();
    expect(held.map(({ name }) => name)).toEqual(['a.pdf', 'b.pdf']);
    const events = (await store.deliveries.history(key)).map(({ event }) => event);
    expect(events).toEqual([
      ...['intent', 'posted', 'attachIntent', 'attached', 'attachIntent', 'attached'],
      ...['releaseIntent', 'released'],
    ]);
    expect((await post('r2', ['a', 'b'])).outcome?.note).toBe('Unchanged since it was posted as AP000001.');
    expect([sends.length, fake.documents.length]).toEqual([2, 1]);
    expect((await store.attachments.of(key)).map(({ state, size, attempts }) => [state, size, attempts])).toEqual([
      ['attached', 4, 1],
      ['attached', 4, 1],
    ]);
  });

  it('that come later are attached to the document that is there', async () => {
    const { fake, held, post } = await world();
    await post('r1', []);
    const { outcome } = await post('r2', ['a']);
    expect(outcome).toMatchObject({ status: 'skipped' });
    expect(outcome?.note).toContain('One file attached now.');
    expect([held.length, fake.documents.length]).toEqual([1, 1]);
  });

  it('are attached to a document that somebody had entered by hand already', async () => {
    const { fake, held, post } = await world();
    fake.enterByHand({ Vendor: 'V-0001', VendorRef: 'INV 1', Amount: '100.25' });
    const { outcome } = await post('r1', ['a']);
    expect(outcome).toMatchObject({ status: 'skipped', note: expect.stringContaining('linked, not posted again') });
    expect([held.map(({ name }) => name), fake.documents.length]).toEqual([['a.pdf'], 1]);
  });

  it('are tried again after a lost answer, and found instead of doubled', async () => {
    const { held, faults, fetchFaults, post } = await world();
    faults.push({ code: 'remote.outcomeUnknown', kept: true }, { code: 'remote.unavailable' });
    fetchFaults.push('remote.unreachable');
    expect((await post('r1', ['a', 'b'])).outcome).toMatchObject({ status: 'posted' });
    expect(held.map(({ name }) => name)).toEqual(['a.pdf', 'b.pdf']);
  });

  it('that do not arrive are told, lose nothing, block no release, and arrive with the next run', async () => {
    const { store, fake, held, faults, post } = await world();
    for (let count = 0; count < 4; count += 1) faults.push({ code: 'remote.unavailable' });
    const { outcome } = await post('r1', ['a', 'b'], { release: true });
    expect(outcome).toMatchObject({ status: 'posted', target: { status: 'Open' } });
    expect(outcome?.note).toBe(
      'The file a.pdf could not be attached: The target is not well. The next run of the flow tries once more.',
    );
    // The next run reads the record again although it is posted.
    expect(outcome?.unfinished).toBe(true);
    expect(held.map(({ name }) => name)).toEqual(['b.pdf']);
    expect((await store.attachments.of(key))[0]).toMatchObject({ state: 'failed', attempts: 4 });
    const later = (await post('r2', ['a', 'b'])).outcome;
    expect(later?.note).toContain('One file attached now.');
    expect(later?.unfinished).toBeUndefined();
    expect([held.length, fake.documents.length]).toEqual([2, 1]);
  });

  it('reach a document whose release a later run finishes, before that release', async () => {
    const { store, fake, held, faults, post } = await world();
    for (let count = 0; count < 4; count += 1) faults.push({ code: 'remote.unavailable' });
    fake.releaseFaults.push('signedOut');
    expect((await post('r1', ['a'], { release: true })).outcome).toMatchObject({ status: 'held' });
    expect(held).toEqual([]);
    const { outcome } = await post('r2', ['a'], { release: true });
    expect(outcome).toMatchObject({ status: 'skipped', target: { status: 'Open' } });
    expect(outcome?.unfinished).toBeUndefined();
    expect(held.map(({ name }) => name)).toEqual(['a.pdf']);
    const events = (await store.deliveries.history(key)).map(({ event }) => event);
    expect(events.slice(-4)).toEqual(['attachIntent', 'attached', 'releaseIntent', 'released']);
  });

  it('reach a document in the run after the one that was cut off while attaching', async () => {
    const { store, held, post, stop } = await world();
    await expect(stop(() => post('r1', ['a'], { release: true }))).rejects.toThrow('killed');
    expect((await store.attachments.of(key)).map(({ state }) => state)).toEqual(['intent']);
    const { outcome } = await post('r2', ['a'], { release: true });
    expect(outcome).toMatchObject({ status: 'skipped', target: { status: 'Open' } });
    expect(held.map(({ name }) => name)).toEqual(['a.pdf']);
  });

  it('that are refused are told once and left alone', async () => {
    const { held, fetchFaults, sends, post } = await world();
    fetchFaults.push('data.tooLarge');
    const { outcome } = await post('r1', ['a']);
    expect(outcome).toMatchObject({ status: 'posted' });
    expect(outcome?.note).toMatch(/Attach it by hand\.$/);
    expect(outcome?.unfinished).toBeUndefined();
    expect((await post('r2', ['a'])).outcome?.note).toBe('Unchanged since it was posted as AP000001.');
    expect([held, sends]).toEqual([[], []]);
  });
});
