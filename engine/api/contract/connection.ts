/** Connectors, node kinds and connections. Secrets go in and never come out. */
import { z } from 'zod';
import { type Connection, environments, type PingCheck } from '../../model/connection.ts';
import type { ConnectorDeclaration, ResourceAbilities, ResourceDeclaration } from '../../model/connector.ts';
import type { AppErrorData } from '../../model/error.ts';
import type { NodeDeclaration } from '../../model/node.ts';
import { id, nameText, output, procedure, stream } from './base.ts';

/** A resource as pickers and forms need it. */
export type ResourceView = ResourceDeclaration & { abilities: ResourceAbilities };

/** A connector as forms, palette and pickers need it. */
export interface ConnectorView extends ConnectorDeclaration {
  resources: ResourceView[];
  /** Its connections know resources beside these: see `connection.resources`. */
  discovers: boolean;
  /** A simulator of it belongs to the practice company. */
  hasPractice: boolean;
}

/** A flow that uses a connection. */
export interface ConnectionUse {
  flowId: string;
  flowName: string;
  slot: string;
}

/** A connection as the screen shows it: `secrets` names those that are set. */
export interface ConnectionView extends Connection {
  usedBy: ConnectionUse[];
  /** The newest ping since the host started. */
  lastPing?: { at: string; checks: PingCheck[] };
}

/** A browser sign-in, step by step. It ends with `signed-in` or `failed`; aborting the call gives it up. */
export type SignInStep =
  /** Where the user signs in. `opened`: the host has opened it already; otherwise the user's click has to. */
  | { step: 'open'; address: string; opened: boolean }
  | { step: 'waiting'; system: string }
  | { step: 'signed-in' }
  | { step: 'failed'; error: AppErrorData };

const value = z.string().max(20_000);
const draft = z.object({
  /** Absent: a new connection. */
  id: id.optional(),
  connector: id,
  environment: z.enum(environments),
  fields: z.record(z.string(), value),
  /** Only what changes: text replaces, null forgets, absent stays. */
  secrets: z.record(z.string(), value.nullable()).default({}),
});

/** `connector.*` */
export const connectorContract = { list: procedure.output(output<ConnectorView[]>()) };

/** `node.*` */
export const nodeContract = { list: procedure.output(output<NodeDeclaration[]>()) };

/** `connection.*` */
export const connectionContract = {
  list: procedure.output(output<ConnectionView[]>()),
  get: procedure.input(z.object({ id })).output(output<ConnectionView>()),
  /** Adds or changes. @throws connection.invalidField | connection.missingField with `fields` by name */
  save: procedure.input(draft.extend({ name: nameText })).output(output<ConnectionView>()),
  /** Removes a connection with its secrets. Flows that used it have unbound slots afterwards. */
  remove: procedure.input(z.object({ id })).output(output<void>()),
  usedBy: procedure.input(z.object({ id })).output(output<ConnectionUse[]>()),
  /** Checks arrive one by one; a check is sent again when its status changes. */
  ping: procedure.input(z.object({ id })).output(stream<PingCheck>()),
  /** Signs in through the user's browser. A second call for a connection gives the first one up. */
  signIn: procedure.input(z.object({ id })).output(stream<SignInStep>()),
  /** Resources that only this connection knows, such as files of a folder or inquiries of a tenant. Asks the live system. */
  resources: procedure.input(z.object({ id })).output(output<ResourceView[]>()),
  /** Live choices of a field marked `dynamicChoices`, from the form as filled so far. */
  choices: procedure.input(draft.extend({ field: z.string() })).output(output<{ value: string; label: string }[]>()),
};
