import type { DownMessage, UpMessage } from './messages.ts';

/** The one narrow window API, `window.lacss`, that the preload script exposes in Electron. In a browser it is absent. */
export interface HostBridge {
  send: (message: DownMessage) => void;
  /** Calls back for every message of the host; answers the function that ends it. */
  receive: (callback: (message: UpMessage) => void) => () => void;
  /** The paths of dropped files and folders; grants them. Files a page made up itself have none and are left out. */
  pathsOfDrop: (files: readonly File[]) => Promise<string[]>;
}

/**
 * Path of the WebSocket of the browser host, relative to the page. It begins with the messages of `handshake.ts`; its binary
 * frames are made by `encodeMessage`.
 */
export const socketPath = 'socket';

/** With this code the browser host closes the socket of a page when it ends in order: its address is then no more. */
export const hostEndedCode = 4001;

declare global {
  interface Window {
    readonly lacss?: HostBridge;
  }
}
