/** The two ways to a host: a MessagePort that the desktop's preload hands over, or a WebSocket to the headless host. */

import type { ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { transport } from '../../engine/api/contract.ts';

/** What the desktop's preload puts on the window. */
export interface CostwireBridge {
  readonly host: 'desktop';
  /** Asks for a port; it arrives as a window message. */
  connect(): void;
}

declare global {
  interface Window {
    /** Present in the desktop host only. */
    readonly costwire?: CostwireBridge;
  }
}

/** An open line to a host. */
export interface Line {
  link: ClientLink<Record<never, never>>;
  close(): void;
}

/** Opens a line; rejects where the host does not answer. `onEnd` is called when an open line ends, before calls on it fail. */
export type Transport = (onEnd: () => void) => Promise<Line>;

type Wrap = (call: () => Promise<unknown>) => Promise<unknown>;

/** The transport of this window. `wrap` goes around every call. */
export function chooseTransport(window: Window, wrap: Wrap): Transport {
  const bridge = window.costwire;
  return bridge === undefined ? socketTransport(addressOf(window.location), wrap) : portTransport(window, bridge, wrap);
}

const addressOf = (location: Location): string =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${transport.webSocketPath}`;

/** A WebSocket to `address`. */
export const socketTransport = (address: string, wrap: Wrap): Transport => {
  return (onEnd) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(address);
      socket.addEventListener('close', onEnd, { once: true });
      const link = new SocketLink({ websocket: socket, interceptors: [({ next }) => wrap(next)] });
      socket.addEventListener('open', () => resolve({ link, close: () => socket.close() }), { once: true });
      socket.addEventListener('error', () => reject(new Error('The host does not answer.')), { once: true });
    });
};

const portTransport = (window: Window, bridge: CostwireBridge, wrap: Wrap): Transport => {
  return (onEnd) =>
    new Promise((resolve) => {
      const receive = (event: MessageEvent) => {
        const port = event.ports[0];
        if (event.source !== window || event.data !== transport.portMessage || port === undefined) return;
        window.removeEventListener('message', receive);
        port.addEventListener('close', onEnd, { once: true });
        const link = new PortLink({ port, interceptors: [({ next }) => wrap(next)] });
        port.start();
        resolve({ link, close: () => port.close() });
      };
      window.addEventListener('message', receive);
      bridge.connect();
    });
};
