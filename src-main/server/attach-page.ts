import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../contract/wire.ts';
import type { Host } from '../host/host.ts';

/** Unread output from which the host stops reading from the page, bytes. */
const pauseAtBytes = 32 * 2 ** 20;
/** Unread output from which the host disconnects the page, bytes. The page reconnects and reads again. */
const cutAtBytes = 256 * 2 ** 20;
/** How often to check a paused page, ms. */
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
      // Such bytes cannot come from our page.
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
