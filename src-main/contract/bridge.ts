import type { DownMessage, UpMessage } from './messages.ts';

/** The window API `window.lacss` of the preload script in Electron. A browser has none. */
export interface HostBridge {
  send: (message: DownMessage) => void;
  /** Calls back for every message of the host. Returns a function that ends this. */
  receive: (callback: (message: UpMessage) => void) => () => void;
  /** The paths of dropped files and folders, which it grants. Leaves out files that a page made itself. */
  pathsOfDrop: (files: readonly File[]) => Promise<string[]>;
}

/**
 * Path of the WebSocket of the browser host, relative to the page. The messages of `handshake.ts` come first,
 * then binary frames of `encodeMessage`.
 */
export const socketPath = 'socket';

/** The browser host closes a page's socket with this code when it ends. Its address is then void. */
export const hostEndedCode = 4001;

declare global {
  interface Window {
    readonly lacss?: HostBridge;
  }
}
