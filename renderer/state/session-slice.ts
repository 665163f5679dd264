/** The window's own state: host, settings, what can be built with, and messages to the person. */
import type { ConnectorView, HostEvent, HostInfo, SettingsView } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import type { NodeDeclaration } from '../../engine/model/node.ts';
import { t } from '../strings/index.ts';
import type { NodeKinds } from './graph.ts';
import type { Json } from './patch.ts';
import { errorOf, type SliceOf } from './slice.ts';

type Recovering = Extract<HostEvent, { type: 'recovering' }>;
type Recovered = Extract<HostEvent, { type: 'recovered' }>;

/** Whether the host answers. */
export type HostLink = 'connecting' | 'online' | 'lost';

/** A message that appears for a while. */
export interface Notice {
  id: number;
  tone: 'good' | 'info' | 'bad';
  title: string;
  detail?: string;
  action?: { label: string; command: () => void };
}

/** State and actions of the session. */
export interface SessionSlice {
  link: HostLink;
  host: HostInfo | undefined;
  startError: AppErrorData | undefined;
  settings: SettingsView;
  kinds: NodeKinds;
  connectors: ReadonlyMap<string, ConnectorView>;
  notices: readonly Notice[];
  /** Spoken by screen readers when it changes. */
  announcement: string;
  /** Amounts are hidden on this screen. */
  amountsHidden: boolean;
  /** Goes up whenever the host says that mapping tables may have changed. */
  tablesTurn: number;
  /** What looking after runs that were cut off waits for. */
  recovery: Pick<Recovering, 'system' | 'detail'> | undefined;
  recovering(event: Recovering): void;
  /** Says what became of runs that were cut off, and which connections could not be asked. */
  recovered(event: Recovered): void;
  /** Fetches what every screen needs. */
  start(): Promise<void>;
  setLink(link: HostLink): void;
  changeSettings(change: Partial<SettingsView>): Promise<void>;
  /** Takes over what another window changed. Sizes and open tabs stay this window's own. */
  refreshSettings(): Promise<void>;
  /** Asks the host again what it is: its vault was opened. */
  refreshHost(): Promise<void>;
  /** Opens the vault, or chooses its passphrase. @returns what went wrong. */
  unlockVault(passphrase: string): Promise<AppErrorData | undefined>;
  /** Remembers a size, tab or column choice. Written to the host after a moment. */
  remember(panel: string, value: Json): void;
  notify(notice: Omit<Notice, 'id'>): void;
  /** Says an error with what to do. */
  complain(error: AppErrorData): void;
  dismiss(id: number): void;
  announce(text: string): void;
  toggleAmounts(): void;
  /** Adds what a connection knows beside its connector's resources, such as files. A connection is asked again after a while only. */
  discover(connection: { id: string; connector: string }): Promise<void>;
  /** Why connections could not be asked, by connection; shown where their resources are chosen. */
  discoveryErrors: Readonly<Record<string, AppErrorData>>;
}

const defaults: SettingsView = {
  appearance: 'system',
  negativeAmounts: 'minus',
  singleKeyShortcuts: true,
  shortcuts: {},
  panels: {},
};

const rememberDelayMs = 800;
/** How long an answer counts as new: asking signs in to the system, but files come and go. */
const discoveryKeptMs = 30_000;

/** Makes the session slice. */
export const sessionSlice: SliceOf<SessionSlice> =
  ({ client }) =>
  (set, get) => {
    let nextNotice = 1;
    let unsentSettings = 0;
    const discovered = new Map<string, number>();
    let rememberTimer: ReturnType<typeof setTimeout> | undefined;
    return {
      link: 'connecting',
      host: undefined,
      startError: undefined,
      settings: defaults,
      kinds: new Map<string, NodeDeclaration>(),
      connectors: new Map<string, ConnectorView>(),
      discoveryErrors: {},
      notices: [],
      announcement: '',
      amountsHidden: false,
      tablesTurn: 0,
      recovery: undefined,
      recovering: ({ system, detail }) => set({ recovery: { system, detail } }),
      recovered: (event) => {
        set({ recovery: undefined });
        const settled = event.runs + event.found + event.absent + event.held + event.open;
        if (settled > 0)
          get().notify({ tone: 'info', title: t.shell.cutOff(event.runs), detail: t.shell.cutOffDetail(event) });
        for (const refusal of event.refusals) get().complain(refusal);
      },
      start: async () => {
        try {
          const [host, settings, kinds, connectors] = await Promise.all([
            client.host.info(),
            client.settings.get(),
            client.node.list(),
            client.connector.list(),
          ]);
          set({
            host,
            settings: { ...defaults, ...settings },
            kinds: new Map(kinds.map((kind) => [kind.kind, kind])),
            connectors: new Map(connectors.map((connector) => [connector.id, connector])),
            link: 'online',
            startError: undefined,
          });
        } catch (thrown) {
          set({ startError: errorOf(thrown, t.doing.connectingEngine), link: 'lost' });
        }
      },
      discover: async ({ id, connector }) => {
        const now = Date.now();
        const recently = now - (discovered.get(id) ?? Number.NEGATIVE_INFINITY) < discoveryKeptMs;
        if (get().connectors.get(connector)?.discovers !== true || recently) return;
        discovered.set(id, now);
        try {
          const found = await client.connection.resources({ id });
          const view = get().connectors.get(connector);
          if (view === undefined) return;
          // What was known first stays, as in a run: another connection may name a resource alike.
          const known = new Set(view.resources.map((resource) => resource.id));
          const resources = [...view.resources, ...found.filter((resource) => !known.has(resource.id))];
          const { [id]: _mended, ...discoveryErrors } = get().discoveryErrors;
          set({ connectors: new Map(get().connectors).set(connector, { ...view, resources }), discoveryErrors });
        } catch (thrown) {
          // Asked again when a form needs it.
          discovered.delete(id);
          const error = errorOf(thrown, t.doing.askingConnectionOffers);
          set({ discoveryErrors: { ...get().discoveryErrors, [id]: error } });
        }
      },
      setLink: (link) => {
        if (get().link !== link) set({ link });
      },
      changeSettings: async (change) => {
        set({ settings: { ...get().settings, ...change } });
        unsentSettings += 1;
        try {
          await client.settings.set(change);
        } catch (thrown) {
          get().complain(errorOf(thrown, t.doing.keepingSettings));
        } finally {
          unsentSettings -= 1;
        }
      },
      refreshHost: async () => {
        try {
          set({ host: await client.host.info() });
        } catch {
          get().setLink('lost');
        }
      },
      unlockVault: async (passphrase) => {
        try {
          await client.host.unlockVault({ passphrase });
          await get().refreshHost();
          return undefined;
        } catch (thrown) {
          return errorOf(thrown, t.doing.openingVault);
        }
      },
      refreshSettings: async () => {
        try {
          const fetched = await client.settings.get();
          // What this window is about to tell the host is newer than any answer.
          if (unsentSettings > 0) return;
          set({ settings: { ...defaults, ...fetched, panels: get().settings.panels } });
        } catch {
          // The line broke: the settings are fetched again once it is back.
          get().setLink('lost');
        }
      },
      remember: (panel, value) => {
        const { settings } = get();
        set({ settings: { ...settings, panels: { ...settings.panels, [panel]: value } } });
        clearTimeout(rememberTimer);
        rememberTimer = setTimeout(() => {
          // Losing a panel size is not worth a message: the next change writes all of them again.
          client.settings.set({ panels: get().settings.panels }).catch(() => get().setLink('lost'));
        }, rememberDelayMs);
      },
      notify: (notice) => {
        const id = nextNotice;
        nextNotice += 1;
        set({ notices: [...get().notices, { ...notice, id }].slice(-4), announcement: notice.title });
      },
      complain: (error) => get().notify({ tone: 'bad', title: error.message, detail: error.hint }),
      dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
      announce: (text) => set({ announcement: text }),
      toggleAmounts: () => set({ amountsHidden: !get().amountsHidden }),
    };
  };
