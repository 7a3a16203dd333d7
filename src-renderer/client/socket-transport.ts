import { socketPath } from '../../src-main/contract/bridge.ts';
import type { DownMessage, UpMessage } from '../../src-main/contract/messages.ts';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import type { Transport } from './transport.ts';

const firstRetryMs = 250;
const longestRetryMs = 4000;

/** The way to `lacss serve`: one WebSocket below the page's own address, opened again whenever it breaks. */
export function socketTransport(page = document.baseURI): Transport {
  const address = new URL(socketPath, page);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  let socket: WebSocket | null = null;
  let waiting: DownMessage[] = [];

  return {
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
      else waiting.push(message);
    },
    start(receive, status) {
      let retryMs = firstRetryMs;
      const open = () => {
        const current = new WebSocket(address);
        current.binaryType = 'arraybuffer';
        socket = current;
        current.onopen = () => {
          retryMs = firstRetryMs;
          for (const message of waiting) current.send(encodeMessage(message));
          waiting = [];
          status('open');
        };
        current.onmessage = ({ data }) => {
          if (data instanceof ArrayBuffer) receive(decodeMessage(data) as UpMessage);
        };
        current.onclose = () => {
          // Whoever asked is told; nothing that was meant for the lost connection may reach the next one.
          waiting = [];
          status('lost');
          setTimeout(open, retryMs);
          retryMs = Math.min(retryMs * 2, longestRetryMs);
        };
      };
      status('connecting');
      open();
    },
    pixelUrl: (path) => new URL(path, page).href,
  };
}
