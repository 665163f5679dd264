/** The only code between the page and the main process: it hands over a port and nothing else. Bundled as one CommonJS file. */
import { contextBridge, ipcRenderer } from 'electron';
import { transport } from '../engine/api/contract/transport.ts';

contextBridge.exposeInMainWorld('costwire', {
  host: 'desktop',
  connect: () => {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage(transport.portChannel, null, [port2]);
    window.postMessage(transport.portMessage, window.location.origin, [port1]);
  },
});
