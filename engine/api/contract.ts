/**
 * The contract between hosts and whoever talks to them: every call and every event, with schemas. The service implements it once;
 * desktop (MessagePort) and headless (WebSocket) hosts serve it; the renderer knows nothing else of the engine.
 */
import type { ContractRouterClient } from '@orpc/contract';
import { connectionContract, connectorContract, nodeContract } from './contract/connection.ts';
import { flowContract } from './contract/flow.ts';
import { recordContract, runContract } from './contract/run.ts';
import { tableContract } from './contract/table.ts';
import { watermarkContract } from './contract/watermark.ts';
import { hostContract, searchContract, settingsContract, templateContract } from './contract/workspace.ts';

export * from './contract/base.ts';
export * from './contract/connection.ts';
export * from './contract/flow.ts';
export * from './contract/run.ts';
export * from './contract/table.ts';
export * from './contract/transport.ts';
export * from './contract/watermark.ts';
export * from './contract/workspace.ts';

/** Every procedure by noun and verb. */
export const contract = {
  flow: flowContract,
  connector: connectorContract,
  node: nodeContract,
  connection: connectionContract,
  table: tableContract,
  run: runContract,
  record: recordContract,
  watermark: watermarkContract,
  template: templateContract,
  settings: settingsContract,
  host: hostContract,
  search: searchContract,
};

/** The contract as its user calls it: `client.flow.list()`. Streams are async iterables; leaving the loop ends them. */
export type CostwireClient = ContractRouterClient<typeof contract>;
