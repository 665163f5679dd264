/** The desktop's transport: one MessagePort per window, accepted from the app's own page only. */
import { RPCHandler } from '@orpc/server/message-port';
import { type IpcMainEvent, ipcMain } from 'electron';
import { transport } from '../engine/api/contract.ts';
import type { Service } from '../engine/api/service/index.ts';
import { isTrustedFrame } from './page.ts';

/** Serves the contract to windows that ask for it. @returns ends it. */
export function serveWindows(service: Pick<Service, 'router' | 'handlerOptions'>): () => void {
  const handler = new RPCHandler(service.router, service.handlerOptions);
  const accept = (event: IpcMainEvent) => {
    const [port, ...others] = event.ports;
    if (port === undefined || others.length > 0 || !isTrustedFrame(event.senderFrame)) {
      for (const refused of event.ports) refused.close();
      return;
    }
    handler.upgrade(port);
    port.start();
  };
  ipcMain.on(transport.portChannel, accept);
  return () => ipcMain.off(transport.portChannel, accept);
}
