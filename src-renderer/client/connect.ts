import { bridgeTransport } from './bridge-transport.ts';
import { Client } from './client.ts';
import { socketTransport } from './socket-transport.ts';
import type { ConnectionStatus } from './transport.ts';

/** Connects to the host of this page. */
export function connect(onStatus: (status: ConnectionStatus) => void): Client {
  return new Client(window.lacss ? bridgeTransport(window.lacss) : socketTransport(), onStatus);
}
