import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { makeProof } from '../../../src-main/contract/handshake.ts';
import type { Host } from '../../../src-main/host/host.ts';
import { Gate } from '../../../src-main/server/gate.ts';
import { startServer } from '../../../src-main/server/start-server.ts';
import type { Served } from '../../../src-main/server/start-server.ts';
import { socketTransport } from '../../../src-renderer/client/socket-transport.ts';
import type { ConnectionStatus, Transport } from '../../../src-renderer/client/transport.ts';
import { idleHost } from '../../fixtures/idle-host.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/**
 * Browser features that node lacks, for one page: its address, its storage, WebSockets and requests with an
 * Origin.
 */
class FakeTab {
  readonly storage = new Map<string, string>();
  readonly location = { hash: '', pathname: '/', reload: vi.fn() };
  readonly requested: string[] = [];

  open(origin: string, code: string | null): void {
    const { storage, location, requested } = this;
    const realFetch = globalThis.fetch;
    location.hash = code === null ? '' : `#${code}`;
    vi.stubGlobal('location', location);
    vi.stubGlobal('history', { replaceState: () => (location.hash = '') });
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => storage.set(key, value),
    });
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal(
      'WebSocket',
      class extends WebSocket {
        constructor(address: URL) {
          super(address, { origin });
          this.on('error', () => undefined);
          requested.push(address.href);
        }
      },
    );
    vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
      requested.push(url.href);
      return realFetch(url, { ...init, headers: { ...(init.headers as object), Origin: origin } });
    });
  }
}

interface OpenPage {
  transport: Transport;
  statuses: ConnectionStatus[];
  /** Waits for a status, at most for as long as a test may take. */
  reach: (status: ConnectionStatus) => Promise<void>;
}

function openPage(url: string): OpenPage {
  const transport = socketTransport(url);
  const statuses: ConnectionStatus[] = [];
  transport.start(
    () => undefined,
    (status) => statuses.push(status),
  );
  const reach = (wanted: ConnectionStatus): Promise<void> =>
    vi.waitFor(() => expect(statuses.at(-1)).toBe(wanted), { timeout: 60_000, interval: 10 });
  return { transport, statuses, reach };
}

let folder: string;
let host: Host;
let served: Served | null = null;
let tab: FakeTab;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = temporaryFolder();
  await mkdir(join(folder, 'page'));
  await writeFile(join(folder, 'page', 'index.html'), '');
  host = idleHost(folder, { name: 'Test', path: folder });
  tab = new FakeTab();
});
afterEach(async () => {
  await served?.close();
  served = null;
  await host.close();
  vi.unstubAllGlobals();
});

async function start(gate: Gate, port = 0): Promise<string> {
  served = await startServer({ host, pageFolder: join(folder, 'page'), gate, port });
  return served.url;
}

/** Like a crash: no goodbye. */
async function crash(): Promise<void> {
  const sockets = vi.spyOn(WebSocket.prototype, 'close').mockImplementation(function (this: WebSocket) {
    this.terminate();
  });
  await served!.close();
  served = null;
  sockets.mockRestore();
}

test('a one-time code lets a page in; code, token and secret are in no address', async () => {
  const gate = new Gate();
  const url = await start(gate);
  const code = gate.newCode();
  tab.open(new URL(url).origin, code);
  const page = openPage(url);
  await page.reach('open');
  expect(page.statuses).toEqual(['connecting', 'open']);
  expect(tab.location.hash).toBe('');
  expect([...tab.storage.values()]).toEqual([gate.token]);
  const response = await page.transport.pixels('tile/p1/a/ff/0/0/0/0/0/0', never);
  expect(await response.text()).toBe('This project is not open.');
  for (const secret of [code, gate.token, gate.secret]) {
    expect(tab.requested.filter((address) => address.includes(secret))).toEqual([]);
  }
});

test('a page without a code, or with one that was used, is refused and tries nothing more', async () => {
  const gate = new Gate();
  const url = await start(gate);
  const code = gate.newCode();
  gate.redeem(code);
  tab.open(new URL(url).origin, code);
  await openPage(url).reach('refused');
  expect(tab.requested).toEqual([`${url}session`]);
});

test('a page that is loaded again is let in by its token', async () => {
  const gate = new Gate();
  const url = await start(gate);
  tab.open(new URL(url).origin, gate.newCode());
  await openPage(url).reach('open');
  tab.open(new URL(url).origin, null);
  await openPage(url).reach('open');
});

test('after a crash the page resumes with the next host by itself, and gets its token', async () => {
  const gate = new Gate();
  const url = await start(gate);
  tab.open(new URL(url).origin, gate.newCode());
  const page = openPage(url);
  await page.reach('open');
  await crash();
  await page.reach('lost');
  // A request while no host answers; the next host delivers it.
  const pixels = page.transport.pixels('tile/p1/a/ff/0/0/0/0/0/0', never);
  const next = new Gate(gate.secret);
  await start(next, Number(new URL(url).port));
  await page.reach('open');
  expect([...tab.storage.values()]).toEqual([next.token]);
  expect((await pixels).status).toBe(404);
});

test('after a crash, a page that is loaded again has no way in', async () => {
  const gate = new Gate();
  const url = await start(gate);
  tab.open(new URL(url).origin, gate.newCode());
  await openPage(url).reach('open');
  await crash();
  await start(new Gate(gate.secret), Number(new URL(url).port));
  tab.open(new URL(url).origin, null);
  await openPage(url).reach('refused');
});

test.each(['silent', 'guessing', 'mirroring', 'replaying'] as const)(
  'a %s stranger at the port of a host that died learns nothing',
  async (kind) => {
    const gate = new Gate();
    const url = await start(gate);
    tab.open(new URL(url).origin, gate.newCode());
    const page = openPage(url);
    await page.reach('open');
    await crash();

    const requests: IncomingMessage[] = [];
    const heard: string[] = [];
    const stranger = createServer((request, response) => {
      requests.push(request);
      response.end('{}');
    });
    const sockets = new WebSocketServer({ server: stranger });
    sockets.on('connection', (socket, request) => {
      requests.push(request);
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString());
        const { hello } = JSON.parse(heard.at(-1)!) as { hello: string };
        if (kind === 'silent') return socket.close();
        void answerTo(hello).then((challenge) => socket.send(JSON.stringify(challenge)));
      });
    });
    const answerTo = async (hello: string): Promise<object> => {
      const [instance, nonce] = [gate.instance, 'n'];
      if (kind === 'mirroring') return { instance, nonce: hello, proof: hello };
      // A proof that the real host gave for an earlier greeting.
      const exchange = { instance, pageNonce: 'earlier', hostNonce: nonce };
      const secret = kind === 'guessing' ? 'g'.repeat(43) : gate.secret;
      const pageNonce = kind === 'guessing' ? hello : 'earlier';
      return { instance, nonce, proof: await makeProof(secret, 'host', { ...exchange, pageNonce }) };
    };
    await new Promise<void>((resolve) => stranger.listen(Number(new URL(url).port), '127.0.0.1', resolve));
    try {
      page.transport.send({ type: 'request', job: 1, name: 'host.describe', params: {} });
      const pixels = new AbortController();
      const asked = page.transport.pixels('tile/p1/a/ff/0/0/0/0/0/0', pixels.signal);
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1), { timeout: 60_000 });
      pixels.abort();
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
      expect(page.statuses.at(-1)).toBe(kind === 'silent' ? 'lost' : 'refused');
      // Only greetings, each with its own nonce: no token, no proof, no request of the contract.
      expect(heard.map((text) => Object.keys(JSON.parse(text) as object))).toEqual(
        heard.map(() => ['hello']),
      );
      expect(new Set(heard).size).toBe(heard.length);
      for (const { url: path, headers } of requests) {
        expect(path).toBe('/socket');
        expect(JSON.stringify(headers)).not.toContain(gate.token);
        expect(headers.authorization).toBeUndefined();
      }
    } finally {
      for (const socket of sockets.clients) socket.terminate();
      stranger.closeAllConnections();
      await new Promise((resolve) => stranger.close(resolve));
    }
    // After the foreign host has gone, the client recognises the next real host.
    await start(new Gate(gate.secret), Number(new URL(url).port));
    await page.reach('open');
  },
);

test('a host that ends in order is not looked for again', async () => {
  const gate = new Gate();
  const url = await start(gate);
  tab.open(new URL(url).origin, gate.newCode());
  const page = openPage(url);
  await page.reach('open');
  await served!.close();
  served = null;
  await page.reach('ended');
});
