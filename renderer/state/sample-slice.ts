/** Real records on the wires of the open flow: fetched on demand, stepped through, pinned per source. */
import type { FlowSample } from '../../engine/api/contract.ts';
import type { WireRecord } from '../../engine/model/record.ts';
import { t } from '../strings/index.ts';
import { errorOf, failed, type Loadable, reloading, type SliceOf, valueIn } from './slice.ts';
import { upTo } from './upstream.ts';

/** Records read per source at most. */
export const sampleSize = 5;

/** State and actions of sample records. */
export interface SampleSlice {
  /** The sample of `sampleOf`; a sample of another flow is never shown. */
  sample: Loadable<FlowSample>;
  sampleOf: string | undefined;
  /** Which of the fetched records is looked at, from 0. */
  sampleIndex: number;
  /** Records used instead of reading, by source node. */
  pinned: Readonly<Record<string, readonly WireRecord[]>>;
  /** Reads up to five records per source and runs them through the flow as it stands, or only up to a node. Posts nothing. */
  fetchSample(upToNode?: string): Promise<void>;
  stepSample(by: number, count: number): void;
  /** Keeps the records that left a source, or reads afresh again. */
  togglePin(nodeId: string): void;
}

/** Makes the sample slice. */
export const sampleSlice: SliceOf<SampleSlice> =
  ({ client }) =>
  (set, get) => ({
    sample: { state: 'idle' },
    sampleOf: undefined,
    sampleIndex: 0,
    pinned: {},
    fetchSample: async (upToNode) => {
      const { flow, flowId, bindings, sampleOf } = get();
      if (flow === undefined) return;
      const before: Loadable<FlowSample> = sampleOf === flowId ? get().sample : { state: 'idle' };
      const pinned = sampleOf === flowId ? get().pinned : {};
      set({ sample: reloading(before), sampleOf: flowId, pinned });
      const records = Object.entries(pinned).map(([nodeId, kept]) => [
        nodeId,
        kept.map(({ key, value, origin }) => ({ key, value, origin })),
      ]);
      const document = upToNode === undefined ? flow : upTo(flow, upToNode);
      const input = { document, limit: sampleSize, pinned: Object.fromEntries(records) };
      try {
        const sample = await client.flow.sample(bindings === undefined ? input : { ...input, bindings });
        if (get().sampleOf === flowId) set({ sample: { state: 'ready', value: sample }, sampleIndex: 0 });
      } catch (thrown) {
        if (get().sampleOf === flowId) set({ sample: failed(before, errorOf(thrown, t.doing.fetchingSampleRecords)) });
      }
    },
    stepSample: (by, count) => set({ sampleIndex: Math.max(0, Math.min(count - 1, get().sampleIndex + by)) }),
    togglePin: (nodeId) => {
      const { [nodeId]: kept, ...others } = get().pinned;
      if (kept !== undefined) return set({ pinned: others });
      const records = valueIn(get().sample)?.outputs[`${nodeId}.out`];
      if (records !== undefined) set({ pinned: { ...others, [nodeId]: records } });
    },
  });
