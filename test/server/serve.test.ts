import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import type { Host } from '../../src-main/host/host.ts';
import { serve } from '../../src-main/server/serve.ts';
import type { Served } from '../../src-main/server/serve.ts';
import { idleHost } from '../fixtures/idle-host.ts';

/** The browser host as strangers meet it: other pages, other programs, addresses that were guessed. */
describe('the server', () => {
  let folder: string;
  let served: Served;
  let host: Host;
  let port: number;
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-server-'));
    await mkdir(join(folder, 'page', 'assets'), { recursive: true });
    await writeFile(join(folder, 'page', 'index.html'), '<title>LACSS Studio</title>');
    await writeFile(join(folder, 'page', 'assets', 'main-1234.js'), 'export {};');
    await writeFile(join(folder, 'secret.json'), '{"secret":true}');
    host = idleHost(folder, { name: 'Test', path: folder });
    served = await serve({ host, pageFolder: join(folder, 'page') });
    const url = new URL(served.url);
    port = Number(url.port);
    token = url.pathname.split('/')[1]!;
  });
  afterAll(async () => {
    await served.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks without the tidying of fetch, which would hide what is to be tested. */
  function get(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      asked.on('error', reject).end();
    });
  }

  test('serves the page at the address with the token, under a strict policy', async () => {
    const { status, headers, text } = await get(`/${token}/`);
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
    const { status, headers } = await get(`/${token}/assets/main-1234.js`);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
  });

  test('an address without the slash leads to the one with it', async () => {
    expect(await get(`/${token}`)).toMatchObject({ status: 308, headers: { location: `/${token}/` } });
  });

  test('listens on this machine only', () => {
    expect(new URL(served.url).hostname).toBe('127.0.0.1');
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  test.each([
    ['no token', '/'],
    ['another token', `/${'A'.repeat(43)}/`],
    ['part of the token', '/TOKEN_PART/'],
    ['the token elsewhere', '/x/TOKEN/'],
    ['the token as a query', '/?TOKEN'],
  ])('refuses an address with %s', async (_what, path) => {
    const asked = path.replace('TOKEN_PART', token.slice(0, 20)).replace('TOKEN', token);
    expect((await get(asked)).status).toBe(403);
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
    expect((await get(`/${token}/`, { Host: name })).status).toBe(status);
  });

  test.each([
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: 'http://127.0.0.1:1' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'none' }, 200],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
  ] as const)('a request with %j gets %i', async (headers, status) => {
    expect((await get(`/${token}/`, headers)).status).toBe(status);
  });

  test.each([
    '../secret.json',
    '%2e%2e/secret.json',
    '..%2fsecret.json',
    'assets/../../secret.json',
    'assets/..%5c..%5csecret.json',
    '%00/index.html',
    '%E0%A4%A',
    '/etc/passwd',
    'index.html%00.js',
  ])('%s leads to nothing outside the page', async (path) => {
    const { status, text } = await get(`/${token}/${path}`);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  test('only reads', async () => {
    expect((await get(`/${token}/`, {}, 'POST')).status).toBe(405);
    expect((await get(`/${token}/`, {}, 'DELETE')).status).toBe(405);
  });

  test('pixels of a project that is not open are not there', async () => {
    expect(await get(`/${token}/tile/p1/a/ff/0/0/0/0/0/0`)).toMatchObject({
      status: 404,
      text: 'This project is not open.',
    });
    expect((await get(`/${token}/tile/p1/a/ff/0`)).status).toBe(404);
  });

  describe('over a WebSocket', () => {
    const connect = (path: string, headers: Record<string, string>): Promise<WebSocket> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
        socket.on('open', () => resolve(socket)).on('error', reject);
      });
    const own = (): Record<string, string> => ({ Origin: `http://127.0.0.1:${port}` });

    test('answers requests of its own page', async () => {
      const socket = await connect(`/${token}/socket`, own());
      const answer = new Promise((resolve) =>
        socket.once('message', (data) => resolve(decodeMessage(data as Buffer))),
      );
      socket.send(encodeMessage({ type: 'request', job: 3, name: 'host.describe', params: {} }));
      expect(await answer).toMatchObject({
        type: 'result',
        job: 3,
        value: { kind: 'browser', version: '1.2.3' },
      });
      socket.close();
    });

    test.each([
      ['no origin', {}, 'socket'],
      ['a foreign origin', { Origin: 'http://evil.example' }, 'socket'],
      ['a foreign host', { Origin: 'http://evil.example', Host: 'evil.example' }, 'socket'],
    ])('refuses %s', async (_what, headers, path) => {
      await expect(connect(`/${token}/${path}`, headers)).rejects.toThrow('403');
    });

    test('refuses another token and another path', async () => {
      await expect(connect(`/${'A'.repeat(43)}/socket`, own())).rejects.toThrow('403');
      await expect(connect(`/${token}/elsewhere`, own())).rejects.toThrow('403');
    });

    test('ends a line that speaks no treaty, and lives on', async () => {
      const socket = await connect(`/${token}/socket`, own());
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.send(Buffer.from('garbage that is no message'));
      expect(await closed).toBe(1008);
      expect((await get(`/${token}/`)).status).toBe(200);
    });
  });

  test('says so when the port is taken', async () => {
    await expect(serve({ host, pageFolder: folder, port })).rejects.toMatchObject({
      code: 'setting-invalid',
      message: `Port ${port} is in use.`,
    });
  });
});
