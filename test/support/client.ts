/** A client of a service in the same process, through a message port as the desktop uses it. */
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import type { CostwireClient } from '../../engine/api/contract.ts';
import type { Service } from '../../engine/api/service/index.ts';

/** Connects; `close` ends the port. */
export function connectClient(service: Service): { client: CostwireClient; close(): void } {
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(service.router, service.handlerOptions).upgrade(port1);
  const client: CostwireClient = createORPCClient(new RPCLink({ port: port2 }));
  port1.start();
  port2.start();
  return { client, close: () => port1.close() };
}
