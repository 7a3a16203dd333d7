import type { HostBridge } from '../../src-main/contract/bridge.ts';
import type { Transport } from './transport.ts';

/** The connection to Electron's main process. It cannot be lost while the window is open. */
export function bridgeTransport(bridge: HostBridge): Transport {
  return {
    send: bridge.send,
    start(receive, status) {
      bridge.receive(receive);
      // Later, as with a socket, because the window has no client yet.
      queueMicrotask(() => status('open'));
    },
    pixels: (path, signal) => fetch(new URL(path, document.baseURI), { signal }),
  };
}
