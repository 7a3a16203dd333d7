import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { maxFrameBytes } from '../../src-main/contract/limits.ts';
import type { Challenge } from '../../src-main/contract/handshake.ts';
import type { UpMessage } from '../../src-main/contract/messages.ts';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import type { Host } from '../../src-main/host/host.ts';
import { Gate } from '../../src-main/server/gate.ts';
import { startServer } from '../../src-main/server/start-server.ts';
import type { Served } from '../../src-main/server/start-server.ts';
import { idleHost } from '../fixtures/idle-host.ts';
import { connectPage } from '../fixtures/page-connection.ts';

const tile = '/tile/p1/a/ff/0/0/0/0/0/0';

/** The browser host as strangers meet it: other pages, other programs, guessed addresses. */
describe('the server', () => {
  let folder: string;
  let served: Served;
  let host: Host;
  let port: number;
  const gate = new Gate();
  const own = (): Record<string, string> => ({ Origin: `http://127.0.0.1:${port}` });
  const bearer = { Authorization: `Bearer ${gate.token}` };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-server-'));
    await mkdir(join(folder, 'page', 'assets'), { recursive: true });
    await writeFile(join(folder, 'page', 'index.html'), '<title>LACSS Studio</title>');
    await writeFile(join(folder, 'page', 'assets', 'main-1234.js'), 'export {};');
    await mkdir(join(folder, 'help', 'guide'), { recursive: true });
    await writeFile(join(folder, 'help', 'index.html'), '<title>Guide</title>');
    await writeFile(join(folder, 'help', 'guide', 'index.html'), '<title>Start</title>');
    await writeFile(join(folder, 'secret.json'), '{"secret":true}');
    host = idleHost(folder, { name: 'Test', path: folder });
    served = await startServer({ host, pageFolder: join(folder, 'page'), gate });
    port = Number(new URL(served.url).port);
  });
  afterAll(async () => {
    await served.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Sends a request without the normalisation of fetch, which would hide the tested input. */
  function get(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
    body = '',
  ): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      asked.on('error', reject).end(body);
    });
  }

  test('serves the page, which holds no secret, under a strict policy', async () => {
    const { status, headers, text } = await get('/');
    expect({ status, text }).toEqual({ status: 200, text: '<title>LACSS Studio</title>' });
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
  });

  test('files whose name changes with their content are kept by the browser', async () => {
    const { status, headers } = await get('/assets/main-1234.js');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
  });

  test('the guide is served beside the page, under the same policy', async () => {
    const home = await get('/help/');
    expect(home.text).toBe('<title>Guide</title>');
    expect(home.headers['content-security-policy']).toContain("script-src 'self'");
    expect((await get('/help/guide/')).text).toBe('<title>Start</title>');
    expect((await get('/help/nothing.html')).status).toBe(404);
  });

  test('listens on this machine only', () => {
    expect(served.url).toBe(`http://127.0.0.1:${port}/`);
  });

  test.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:80', 403],
    ['192.168.1.7', 403],
    ['localhost:9000', 200],
    ['127.0.0.1', 200],
    ['[::1]:9000', 200],
  ])('a request for the host %s gets %i', async (name, status) => {
    expect((await get('/', { Host: name })).status).toBe(status);
  });

  test.each([
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: 'http://127.0.0.1:1' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    // Through the start file or a link, a person opens the page. A program does not read it.
    [{ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }, 200],
    [{ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }, 403],
    [{ 'Sec-Fetch-Site': 'none' }, 200],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
  ] as const)('a request with %j gets %i', async (headers, status) => {
    expect((await get('/', headers)).status).toBe(status);
  });

  test.each([
    '../secret.json',
    '%2e%2e/secret.json',
    '..%2fsecret.json',
    'assets/../../secret.json',
    'help/../secret.json',
    'help/%2e%2e/secret.json',
    'assets/..%5c..%5csecret.json',
    '%00/index.html',
    '%E0%A4%A',
    '/etc/passwd',
    'index.html%00.js',
  ])('%s leads to nothing outside the page', async (path) => {
    const { status, text } = await get(`/${path}`);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  test('only reads', async () => {
    expect((await get('/', own(), 'POST')).status).toBe(405);
    expect((await get('/', own(), 'DELETE')).status).toBe(405);
    expect((await get('/', {}, 'POST')).status).toBe(403);
    expect((await get('/', { 'Content-Length': '3' }, 'GET', 'abc')).status).toBe(413);
  });

  test('pixels of a project that is not open are not there', async () => {
    expect(await get(tile, bearer)).toMatchObject({ status: 404, text: 'This project is not open.' });
    expect((await get('/tile/p1/a/ff/0', bearer)).status).toBe(404);
  });

  test.each([
    ['no token', tile, {}],
    ['another token', tile, { Authorization: `Bearer ${'A'.repeat(43)}` }],
    ['part of the token', tile, { Authorization: bearer.Authorization.slice(0, -1) }],
    ['the token in the URL', `${tile}?token=${gate.token}`, {}],
    ['the token in the path', `/${gate.token}${tile}`, {}],
  ])('no pixels for a request with %s', async (_what, path, headers) => {
    const { status, text } = await get(path, headers);
    expect([401, 404]).toContain(status);
    expect(text).not.toContain('project');
  });

  describe('gives the secret', () => {
    const ask = (body: object, headers = own()): ReturnType<typeof get> =>
      get('/session', headers, 'POST', JSON.stringify(body));

    test('for a one-time code, once', async () => {
      const code = gate.newCode();
      const first = await ask({ code });
      expect(first).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
      expect(JSON.parse(first.text)).toEqual({ secret: gate.secret });
      expect((await ask({ code })).status).toBe(401);
    });

    test('for the token, which a page keeps over a reload', async () => {
      expect((await ask({}, { ...own(), ...bearer })).status).toBe(200);
    });

    test('to nobody else', async () => {
      for (const body of [{}, { code: 'A'.repeat(22) }, { code: 1 }, { code: gate.token }]) {
        const { status, text } = await ask(body);
        expect(status).toBe(401);
        expect(text).not.toContain(gate.secret);
      }
      const code = gate.newCode();
      expect((await ask({ code }, { Origin: 'http://evil.example' })).status).toBe(403);
      expect((await ask({ code }, {})).status).toBe(403);
      expect((await ask({ code: 'x'.repeat(5000) })).status).toBe(413);
    });
  });

  describe('over a WebSocket', () => {
    const connect = (path: string, headers: Record<string, string>): Promise<WebSocket> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
        socket.on('open', () => resolve(socket)).on('error', reject);
      });
    const closed = (socket: WebSocket): Promise<number> =>
      new Promise((resolve) => socket.once('close', resolve));
    const describeHost = encodeMessage({ type: 'request', job: 3, name: 'host.describe', params: {} });

    test('answers requests of a page that has proved who it is, and tells it the token', async () => {
      const { socket, token } = await connectPage(served.url, gate.secret);
      expect(token).toBe(gate.token);
      const answer = new Promise((resolve) =>
        socket.once('message', (data) => resolve(decodeMessage(data as Buffer))),
      );
      socket.send(describeHost);
      expect(await answer).toMatchObject({
        type: 'result',
        job: 3,
        value: { kind: 'browser', version: '1.2.3' },
      });
      socket.close();
    });

    test.each([
      ['no origin', '/socket', {}],
      ['a foreign origin', '/socket', { Origin: 'http://evil.example' }],
      ['a foreign host', '/socket', { Origin: 'http://evil.example', Host: 'evil.example' }],
      ['another path', '/elsewhere', 'own'],
      ['a token in the path', `/${gate.token}/socket`, 'own'],
      ['a token in the query', `/socket?${gate.token}`, 'own'],
    ] as const)('refuses %s', async (_what, path, headers) => {
      await expect(connect(path, headers === 'own' ? own() : headers)).rejects.toThrow('403');
    });

    test.each([
      ['a request at once', describeHost],
      ['the token in place of a greeting', JSON.stringify({ token: gate.token })],
      ['a greeting of a megabyte', JSON.stringify({ hello: 'x'.repeat(2 ** 20) })],
      ['no JSON', '{'],
      ['JSON that is no object', 'null'],
    ])('cuts off a page that sends %s', async (_what, message) => {
      const socket = await connect('/socket', own());
      socket.on('error', () => undefined);
      const heard: unknown[] = [];
      socket.on('message', (data) => heard.push(data));
      socket.send(message);
      await closed(socket);
      expect(heard).toEqual([]);
    });

    test.each(['wrong', 'mirrored'])(
      'cuts off a page with a %s proof, which learns nothing',
      async (kind) => {
        const socket = await connect('/socket', own());
        const heard: string[] = [];
        socket.on('message', (data) => {
          heard.push((data as Buffer).toString());
          const { proof } = JSON.parse(heard[0]!) as Challenge;
          socket.send(JSON.stringify({ proof: kind === 'wrong' ? 'AAAA' : proof }));
        });
        socket.send(JSON.stringify({ hello: 'a nonce' }));
        await closed(socket);
        expect(heard).toHaveLength(1);
        expect(heard[0]).not.toContain(gate.token);
        expect(heard[0]).not.toContain(gate.secret);
      },
    );

    test('ends a page that speaks no contract, and lives on', async () => {
      const { socket } = await connectPage(served.url, gate.secret);
      socket.send(Buffer.from('garbage that is no message'));
      expect(await closed(socket)).toBe(1008);
      expect((await get('/')).status).toBe(200);
    });

    test('ends a page that sends a larger frame than any request needs', async () => {
      const { socket } = await connectPage(served.url, gate.secret);
      socket.send(new Uint8Array(maxFrameBytes + 1));
      expect(await closed(socket)).toBe(1009);
      expect((await get('/')).status).toBe(200);
    });

    test('a page that does not read is cut off before its answers fill the memory', async () => {
      const connected = vi.spyOn(host, 'connect');
      const { socket } = await connectPage(served.url, gate.secret);
      const [tell] = connected.mock.calls[0]!;
      connected.mockRestore();
      socket.pause();
      const answer: UpMessage = { type: 'result', job: 1, value: new Uint8Array(2 ** 24) };
      const before = process.memoryUsage().arrayBuffers;
      // One gigabyte, of which at most a third may wait.
      for (let sent = 0; sent < 64; sent++) tell(answer);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 30 / 2);
      const end = closed(socket);
      socket.resume();
      expect(await end).toBe(1006);
    });
  });

  test('says so when the port is taken', async () => {
    await expect(startServer({ host, pageFolder: folder, port })).rejects.toMatchObject({
      code: 'setting-invalid',
      message: `Port ${port} is in use.`,
    });
  });
});
