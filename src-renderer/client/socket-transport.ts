import { hostEndedCode, socketPath } from '../../src-main/contract/bridge.ts';
import type { DownMessage, UpMessage } from '../../src-main/contract/messages.ts';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import { hasCode, obtainSecret, rememberToken, takeCode } from './obtain-secret.ts';
import { shakeHands } from './shake-hands.ts';
import type { ConnectionStatus, Transport } from './transport.ts';

const firstRetryMs = 250;
const longestRetryMs = 4000;

/**
 * The connection to `lacss serve`: one WebSocket, which is opened again after a break until the host ends.
 * Each time, the other side must prove that it is the same host or its successor. Until then it receives
 * nothing useful.
 */
export function socketTransport(page = document.baseURI): Transport {
  const address = new URL(socketPath, page);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  /** Only in this page's memory. */
  let secret: string | null = null;
  let socket: WebSocket | null = null;
  let token: string | null = null;
  let waiting: DownMessage[] = [];
  let announce: (token: string) => void = () => undefined;
  let whenOpen: Promise<string> = nextOpening();

  return {
    send(message) {
      if (token !== null && socket?.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
      else waiting.push(message);
    },
    start(receive, status) {
      // A new address typed into this tab changes only what follows the #. A place in the window has no code.
      addEventListener('hashchange', () => {
        if (hasCode()) location.reload();
      });
      status('connecting');
      void keepConnected(receive, status);
    },
    async pixels(path, signal) {
      const bearer = token ?? (await unlessAborted(whenOpen, signal));
      return fetch(new URL(path, page), {
        headers: { Authorization: `Bearer ${bearer}` },
        redirect: 'error',
        signal,
      });
    },
  };

  function nextOpening(): Promise<string> {
    return new Promise((resolve) => (announce = resolve));
  }

  async function keepConnected(
    receive: (message: UpMessage) => void,
    status: (status: ConnectionStatus) => void,
  ): Promise<void> {
    const code = takeCode();
    let retryMs = firstRetryMs;
    for (;;) {
      // No error may end the loop. A host with an invalid answer is tried again.
      const end = await connectOnce(code, receive, (now) => {
        retryMs = firstRetryMs;
        status(now);
      }).catch((): ConnectionStatus => 'lost');
      token = null;
      // Open requests fail. No message for the lost connection may reach the next one.
      waiting = [];
      status(end);
      if (end === 'ended' || (end === 'refused' && secret === null)) return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  }

  /** Connects, and waits until the connection ends. @returns how it ended */
  async function connectOnce(
    code: string | null,
    receive: (message: UpMessage) => void,
    status: (status: ConnectionStatus) => void,
  ): Promise<ConnectionStatus> {
    try {
      secret ??= await obtainSecret(page, code);
    } catch {
      return 'lost';
    }
    if (secret === null) return 'refused';
    const current = new WebSocket(address);
    current.binaryType = 'arraybuffer';
    const closed = new Promise<number>((resolve) => {
      current.addEventListener('close', (event) => resolve(event.code), { once: true });
    });
    const welcome = await shakeHands(current, secret);
    if (welcome === null || welcome === 'stranger') {
      current.close();
      return welcome === null ? 'lost' : 'refused';
    }
    current.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) receive(decodeMessage(data) as UpMessage);
    });
    socket = current;
    token = welcome.token;
    rememberToken(token);
    for (const message of waiting) current.send(encodeMessage(message));
    waiting = [];
    announce(token);
    status('open');
    const closeCode = await closed;
    whenOpen = nextOpening();
    return closeCode === hostEndedCode ? 'ended' : 'lost';
  }
}

/** @throws the signal's reason if it aborts first */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve).finally(() => signal.removeEventListener('abort', abort));
  });
}
