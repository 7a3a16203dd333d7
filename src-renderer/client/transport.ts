import type { DownMessage, UpMessage } from '../../src-main/contract/messages.ts';

/**
 * `lost`: it is tried again; `ended`: the host has ended in order; `refused`: another host answers at this address, and does not
 * know this page. After the last two nothing is tried any more.
 */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'ended' | 'refused';

/** A way to the host: the preload's bridge in Electron, a WebSocket in a browser. */
export interface Transport {
  send: (message: DownMessage) => void;
  /** Called once; every message and every change of the connection goes to these. */
  start: (receive: (message: UpMessage) => void, status: (status: ConnectionStatus) => void) => void;
  /** Absolute address of a tile or thumbnail of contract/urls.ts. */
  pixelUrl: (path: string) => string;
}
