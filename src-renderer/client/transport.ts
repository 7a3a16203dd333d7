import type { DownMessage, UpMessage } from '../../src-main/contract/messages.ts';

export type ConnectionStatus = 'connecting' | 'open' | 'lost';

/** A way to the host: the preload's bridge in Electron, a WebSocket in a browser. */
export interface Transport {
  send: (message: DownMessage) => void;
  /** Called once; every message and every change of the connection goes to these. */
  start: (receive: (message: UpMessage) => void, status: (status: ConnectionStatus) => void) => void;
  /** Absolute address of a tile or thumbnail of contract/urls.ts. */
  pixelUrl: (path: string) => string;
}
