import type { HostBridge } from '../../src-main/contract/bridge.ts';
import type { Transport } from './transport.ts';

/** The way to Electron's main process; it can't be lost while the window lives. */
export function bridgeTransport(bridge: HostBridge): Transport {
  return {
    send: bridge.send,
    start(receive, status) {
      bridge.receive(receive);
      // Later, as with a socket: the window that is told has no client yet.
      queueMicrotask(() => status('open'));
    },
    pixels: (path, signal) => fetch(new URL(path, document.baseURI), { signal }),
  };
}
