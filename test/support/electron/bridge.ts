/**
 * The scripts that make a preload run in a world of its own, as Electron's sandbox does: it has a `require` that knows `electron` and
 * nothing else, and reaches the page through contextBridge only.
 */

/** Name of the preload's world. */
export const worldName = 'costwire-preload';
/** Name of the function by which that world reaches the main process. */
export const bindingName = 'costwireStandInSend';

/** Runs first, in the page's world: defines what the preload exposes, frozen and for good. */
export const mainWorldScript = `(() => {
  const build = (shape) => {
    if (shape === null || typeof shape !== 'object') return shape;
    if (typeof shape.standInFunction === 'number') {
      return (...args) => {
        const call = new CustomEvent('stand-in-call', { detail: JSON.stringify({ id: shape.standInFunction, args }) });
        document.dispatchEvent(call);
      };
    }
    return Object.freeze(Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, build(value)])));
  };
  document.addEventListener('stand-in-expose', (event) => {
    const { name, shape } = JSON.parse(event.detail);
    Object.defineProperty(window, name, { value: build(shape), writable: false, configurable: false });
  });
})();`;

/** Runs in the preload's world; the preload's own text goes into `source`. */
export const preloadScript = (source: string): string => `(() => {
  if (window.top !== window) return;
  const functions = [];
  const ports = new Map();
  const send = (message) => globalThis.${bindingName}(JSON.stringify(message));
  const shapeOf = (value) => {
    if (typeof value === 'function') return { standInFunction: functions.push(value) - 1 };
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
  };
  document.addEventListener('stand-in-call', (event) => {
    const { id, args } = JSON.parse(event.detail);
    functions[id](...args);
  });
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) => {
        const detail = JSON.stringify({ name, shape: shapeOf(api) });
        document.dispatchEvent(new CustomEvent('stand-in-expose', { detail }));
      },
    },
    ipcRenderer: {
      postMessage: (channel, message, transfer = []) => {
        const ids = transfer.map((port) => {
          const id = ports.size + 1;
          ports.set(id, port);
          port.onmessage = (event) => {
            if (typeof event.data !== 'string') throw new TypeError('only text crosses this port');
            send({ type: 'port', id, data: event.data });
          };
          return id;
        });
        send({ type: 'post', channel, message, ports: ids, url: location.href });
      },
    },
  };
  globalThis.costwireStandInDeliver = (id, data) => ports.get(id).postMessage(data);
  const require = (name) => {
    if (name !== 'electron') throw new Error('a sandboxed preload cannot load ' + name);
    return electron;
  };
  const module = { exports: {} };
  (function (require, module, exports, process, Buffer) { ${source}
  })(require, module, module.exports);
})();`;
