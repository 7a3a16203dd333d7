import type { DownMessage, UpMessage } from '../../src-main/contract/messages.ts';

/**
 * `lost`: the page reconnects. `ended`: the host has ended cleanly. `refused`: the program at this address
 * does not know the page. After the last two a new address is needed.
 */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'ended' | 'refused';

/** A connection to the host: the preload's bridge in Electron, a WebSocket in a browser. */
export interface Transport {
  send: (message: DownMessage) => void;
  /** Called once; every message and every change of the connection goes to these. */
  start: (receive: (message: UpMessage) => void, status: (status: ConnectionStatus) => void) => void;
  /**
   * Fetches a tile or thumbnail by its path of contract/urls.ts. It waits for the host while the connection
   * is lost.
   */
  pixels: (path: string, signal: AbortSignal) => Promise<Response>;
}
