/**
 * The practice company: starts the connectors' simulators, binds practice connections to them and, in a new workspace, makes the
 * first flow, so that the first bill can be posted without credentials.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connector, RunningSimulator } from '../../model/connector.ts';
import { toAppError } from '../../model/error.ts';
import type { PracticeState } from '../contract.ts';
import type { HostEvents, ServiceHost } from './context.ts';
import { applyTemplate } from './templates.ts';

/** Template of the first flow. */
export const practiceTemplate = 'procore-acumatica-invoices';

/** The connection id of a connector's practice company. */
export const practiceConnectionId = (connector: string): string => `practice-${connector}`;
/** Whether a connection is one that the practice company made. */
export const isPracticeConnection = (id: string): boolean => id.startsWith(practiceConnectionId(''));

/** Runs the practice company of one workspace. */
export class PracticeCompany {
  private readonly host: ServiceHost;
  private readonly events: HostEvents;
  private readonly running: RunningSimulator[] = [];
  private current: PracticeState = { state: 'off', systems: [] };

  constructor(host: ServiceHost, events: HostEvents) {
    this.host = host;
    this.events = events;
  }

  /** What is running now. */
  state(): PracticeState {
    return this.current;
  }

  /** Starts every simulator and prepares the workspace. Never rejects: a failure is the state, and the log has it. */
  async start(): Promise<PracticeState> {
    this.tell({ state: 'starting', systems: [] });
    try {
      const folder = join(this.host.workspace.folder, 'practice');
      await mkdir(folder, { recursive: true });
      for (const connector of this.host.connectors) await this.startOne(connector, folder);
      await this.prepareFirstFlow();
      const systems = this.running.map(({ connector, address }) => ({
        connector,
        connectionId: practiceConnectionId(connector),
        address,
      }));
      this.tell({ state: 'running', systems });
      this.events.tell({ type: 'connectionsChanged' });
    } catch (thrown) {
      const error = toAppError(thrown, 'starting the practice company');
      this.host.log(error, 'practice');
      await this.stopAll();
      this.tell({ state: 'failed', systems: [], error: error.toJSON() });
    }
    return this.current;
  }

  /** Stops the simulators; what was posted to them is kept in the workspace. */
  async stop(): Promise<void> {
    await this.stopAll();
    this.tell({ state: 'off', systems: [] });
  }

  private async startOne(connector: Connector, folder: string): Promise<void> {
    const module = await connector.simulator?.();
    if (module === undefined) return;
    const persistTo = join(folder, `${connector.id}.json`);
    const simulator = await module.start({ data: { kind: 'practice' }, persistTo });
    this.running.push(simulator);
    const id = practiceConnectionId(connector.id);
    for (const [name, value] of Object.entries(simulator.secrets)) await this.host.vault.set(id, name, value);
    const known = await this.host.workspace.connections.find(id);
    await this.host.workspace.connections.save({
      name: `${connector.title} (practice)`,
      ...known,
      id,
      connector: connector.id,
      environment: 'practice',
      fields: { ...known?.fields, ...simulator.fields },
      secrets: Object.keys(simulator.secrets).sort((a, b) => a.localeCompare(b)),
    });
  }

  /** Once per workspace: a flow that was deleted does not come back. */
  private async prepareFirstFlow(): Promise<void> {
    const { workspace, templates } = this.host;
    const template = templates.find((candidate) => candidate.id === practiceTemplate);
    const settings = await workspace.settings.get();
    if (template === undefined || settings.practicePrepared || workspace.readOnly) return;
    const systems = new Set(this.running.map(({ connector }) => connector));
    const slots = Object.fromEntries(
      Object.entries(template.flow.slots).flatMap(([slot, { connector }]) =>
        systems.has(connector) ? [[slot, practiceConnectionId(connector)]] : [],
      ),
    );
    await applyTemplate(this.host, template, { slots });
    await workspace.settings.set({ practicePrepared: true });
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.running.splice(0).map((simulator) => simulator.stop()));
  }

  private tell(state: PracticeState): void {
    this.current = state;
    this.events.tell({ type: 'practice', practice: state });
  }
}
