/** Connections (without secrets), bindings of flow slots to connections, parameter values and settings of a workspace. */
import { join } from 'node:path';
import { nanoid } from 'nanoid';
import { z } from 'zod';
import { type Connection, connectionSchema } from '../model/connection.ts';
import { AppError } from '../model/error.ts';
import { JsonFile } from './workspace-files.ts';

const connectionsSchema = z.looseObject({
  format: z.literal('costwire/connections').default('costwire/connections'),
  schemaVersion: z.number().int().default(1),
  connections: z.array(connectionSchema).default([]),
});

/** `connections.json`: public fields and the names of the secrets that are set; never a secret itself. */
export class ConnectionFile {
  private readonly file: JsonFile<typeof connectionsSchema>;

  constructor(folder: string) {
    this.file = new JsonFile(join(folder, 'connections.json'), connectionsSchema, {});
  }

  /** All connections by name. */
  async list(): Promise<Connection[]> {
    return (await this.file.read()).connections.sort((a, b) => a.name.localeCompare(b.name));
  }

  /** One connection, or undefined. */
  async find(id: string): Promise<Connection | undefined> {
    return (await this.file.read()).connections.find((connection) => connection.id === id);
  }

  /** One connection. @throws AppError connection.notFound */
  async get(id: string): Promise<Connection> {
    const found = await this.find(id);
    if (found === undefined) throw new AppError('connection.notFound', `There is no connection "${id}".`);
    return found;
  }

  /** Adds a connection or replaces the one with its id. */
  save(connection: Connection): Promise<Connection> {
    const checked = connectionSchema.parse(connection);
    return this.file.update((content) => {
      const others = content.connections.filter((other) => other.id !== checked.id);
      return [{ ...content, connections: [...others, checked].sort((a, b) => a.id.localeCompare(b.id)) }, checked];
    });
  }

  /** Removes a connection; secrets are the caller's to delete. @throws AppError connection.notFound */
  remove(id: string): Promise<Connection> {
    return this.file.update((content) => {
      const found = content.connections.find((connection) => connection.id === id);
      if (found === undefined) throw new AppError('connection.notFound', `There is no connection "${id}".`);
      return [{ ...content, connections: content.connections.filter((other) => other !== found) }, found];
    });
  }
}

/** A fresh connection id. */
export const newConnectionId = (): string => `c_${nanoid(12)}`;

const flowBindingsSchema = z.looseObject({
  slots: z.record(z.string(), z.string()).default({}),
  parameters: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])).default({}),
});
/** What a workspace adds to a flow: slot → connection id, and values of its parameters. */
export type FlowBindings = z.infer<typeof flowBindingsSchema>;

const bindingsSchema = z.looseObject({
  format: z.literal('costwire/bindings').default('costwire/bindings'),
  schemaVersion: z.number().int().default(1),
  flows: z.record(z.string(), flowBindingsSchema).default({}),
});

/** `bindings.json`: which connection each slot of each flow uses, and parameter values. */
export class BindingFile {
  private readonly file: JsonFile<typeof bindingsSchema>;

  constructor(folder: string) {
    this.file = new JsonFile(join(folder, 'bindings.json'), bindingsSchema, {});
  }

  /** Bindings of a flow; empty where nothing was bound yet. */
  async get(flowId: string): Promise<FlowBindings> {
    return (await this.file.read()).flows[flowId] ?? { slots: {}, parameters: {} };
  }

  /** Bindings of all flows by flow id. */
  async all(): Promise<Record<string, FlowBindings>> {
    return (await this.file.read()).flows;
  }

  /** Replaces the bindings of a flow. */
  set(flowId: string, bindings: FlowBindings): Promise<FlowBindings> {
    const checked = flowBindingsSchema.parse(bindings);
    return this.file.update((content) => [{ ...content, flows: { ...content.flows, [flowId]: checked } }, checked]);
  }
}

/** Settings of a workspace. `panels` is the renderer's own memory of sizes, columns and open tabs. */
export const settingsSchema = z.looseObject({
  appearance: z.enum(['system', 'light', 'dark', 'contrast']).default('system'),
  negativeAmounts: z.enum(['minus', 'brackets']).default('minus'),
  /** Shortcuts of one letter on the canvas. */
  singleKeyShortcuts: z.boolean().default(true),
  /** Own shortcuts by command id. */
  shortcuts: z.record(z.string(), z.string()).default({}),
  panels: z.record(z.string(), z.json()).default({}),
  /** The practice company's first flow was made; it is made once. */
  practicePrepared: z.boolean().default(false),
});
export type WorkspaceSettings = z.infer<typeof settingsSchema>;

/** `settings.json`. */
export class SettingsFile {
  private readonly file: JsonFile<typeof settingsSchema>;

  constructor(folder: string) {
    this.file = new JsonFile(join(folder, 'settings.json'), settingsSchema, {});
  }

  /** All settings, defaults applied. */
  get(): Promise<WorkspaceSettings> {
    return this.file.read();
  }

  /** Changes the settings that are given. */
  set(changes: Partial<WorkspaceSettings>): Promise<WorkspaceSettings> {
    return this.file.update((content) => {
      const next = settingsSchema.parse({ ...content, ...changes });
      return [next, next];
    });
  }
}
