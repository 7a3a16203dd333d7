import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../contract/wire.ts';
import type { Host } from '../host/host.ts';

/** Output a page has not read yet, from which on nothing more is taken from it. */
const pauseAtBytes = 32 * 2 ** 20;
/** Output from which on a page that does not read is cut off; it connects again and reads what it missed. */
const cutAtBytes = 256 * 2 ** 20;
/** How often a page that was paused is looked at. */
const lookMs = 100;

/** A window's connection after the handshake: binary frames of the contract both ways. */
export function attachPage(host: Host, webSocket: WebSocket): void {
  let look: NodeJS.Timeout | null = null;
  const session = host.connect((message) => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > cutAtBytes) return webSocket.terminate();
    webSocket.send(encodeMessage(message), () => undefined);
    if (webSocket.bufferedAmount <= pauseAtBytes || look !== null) return;
    webSocket.pause();
    look = setInterval(() => {
      if (webSocket.bufferedAmount > pauseAtBytes) return;
      endLook();
      webSocket.resume();
    }, lookMs);
  });
  webSocket.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) return;
    try {
      session.receive(decodeMessage(data));
    } catch {
      // No message of ours: whoever sends such bytes is no page of ours either.
      webSocket.close(1008);
    }
  });
  webSocket.on('close', () => {
    endLook();
    host.disconnect(session);
  });

  function endLook(): void {
    if (look !== null) clearInterval(look);
    look = null;
  }
}
