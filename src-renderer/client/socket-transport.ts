import { hostEndedCode, socketPath } from '../../src-main/contract/bridge.ts';
import type { DownMessage, UpMessage } from '../../src-main/contract/messages.ts';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import type { Transport } from './transport.ts';

const firstRetryMs = 250;
const longestRetryMs = 4000;

/**
 * The way to `lacss serve`: one WebSocket below the page's own address, opened again whenever it breaks, until the host says
 * that it ends, or one that was started anew does not know this page.
 */
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
        current.onclose = ({ code }) => {
          // Whoever asked is told; nothing that was meant for the lost connection may reach the next one.
          waiting = [];
          if (code === hostEndedCode) status('ended');
          else void tryAgain();
        };
      };
      const tryAgain = async () => {
        status('lost');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, longestRetryMs);
        if (await isStranger(page)) status('refused');
        else open();
      };
      status('connecting');
      open();
    },
    pixelUrl: (path) => new URL(path, page).href,
  };
}

/** Whether a host answers at this address, but not to this page. */
async function isStranger(page: string): Promise<boolean> {
  return fetch(page, { method: 'HEAD', cache: 'no-store' }).then(
    ({ status }) => status === 403,
    () => false,
  );
}
