/** Connections as the workspace knows them, for faces of nodes and environment colours. */
import type { ConnectionView } from '../../engine/api/contract.ts';
import type { Environment } from '../../engine/model/connection.ts';
import type { FlowNode } from '../../engine/model/flow.ts';
import { t } from '../strings/index.ts';
import { errorOf, failed, type Loadable, reloading, type SliceOf, valueIn } from './slice.ts';

/** State and actions of connections. */
export interface ConnectionsSlice {
  connections: Loadable<readonly ConnectionView[]>;
  loadConnections(): Promise<void>;
}

/** Makes the connections slice. */
export const connectionsSlice: SliceOf<ConnectionsSlice> =
  ({ client }) =>
  (set, get) => ({
    connections: { state: 'idle' },
    loadConnections: async () => {
      set({ connections: reloading(get().connections) });
      try {
        set({ connections: { state: 'ready', value: await client.connection.list() } });
      } catch (thrown) {
        set({ connections: failed(get().connections, errorOf(thrown, t.doing.listingConnections)) });
      }
    },
  });

/** The slot a node uses: its own, or that of what it maps to. */
export function slotOf(node: FlowNode): string | undefined {
  const { slot, to } = node.config;
  if (typeof slot === 'string') return slot;
  const target = typeof to === 'object' && to !== null && !Array.isArray(to) ? to.slot : undefined;
  return typeof target === 'string' ? target : undefined;
}

/** A connection with its environment, which is left out where the name says it already. */
export function placeName({ name, environment }: Pick<ConnectionView, 'name' | 'environment'>): string {
  const word = t.environment[environment];
  return name.toLowerCase().includes(word.toLowerCase()) ? name : `${name} (${word})`;
}

/** The connection bound to a slot. */
export function connectionAt(
  connections: Loadable<readonly ConnectionView[]>,
  bindings: Readonly<Record<string, string>> | undefined,
  slot: string | undefined,
): ConnectionView | undefined {
  const id = slot === undefined ? undefined : bindings?.[slot];
  return id === undefined ? undefined : valueIn(connections)?.find((connection) => connection.id === id);
}

/** The most serious environment among connections: what the window is coloured by. */
export function gravest(environments: readonly Environment[]): Environment | undefined {
  return (['production', 'sandbox', 'practice'] as const).find((environment) => environments.includes(environment));
}
