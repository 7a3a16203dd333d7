import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A number from 0 up to, but without, 1. */
type Random = () => number;

interface Target {
  port: number;
  random: Random;
}

/** Longest wait for the host to close a connection. Then the attacker closes it. */
const patienceMs = 500;

const key = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Every attack over a connection. Each may leave the connection open or closed. */
export const attacks = {
  'random bytes': ({ random }) => bytes(random, 1 + random() * 3000),
  'a torn request line': () => 'GET / HT',
  'half of the headers': () => 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-',
  'headers that never end': ({ random }) => `GET / HTTP/1.1\r\nX: ${'x'.repeat(random() * 200_000)}`,
  'no Host': () => 'GET / HTTP/1.0\r\n\r\n',
  'a request with two lengths': () =>
    request('POST /session', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\nGET / HTTP'),
  'a chunk of a wrong length': () =>
    request('POST /session', 'Transfer-Encoding: chunked\r\n', 'ZZ\r\nx\r\n'),
  'a body without end': ({ random }) =>
    request('POST /session', 'Transfer-Encoding: chunked\r\n', `fffff\r\n${'x'.repeat(random() * 100_000)}`),
  'a body of 4 TB': () => request('POST /session', 'Content-Length: 4398046511104\r\n', 'xxxx'),
  'a wait to go on': () => request('POST /session', 'Content-Length: 10\r\nExpect: 100-continue\r\n'),
  'a tunnel': () => request('CONNECT 127.0.0.1:22'),
  'many requests at once': () => request('GET /').repeat(50),
  'a path with odd signs': ({ random }) =>
    request(`GET /${encodeURIComponent(String.fromCharCode(random() * 0xd800))}%00%ff`),
  'an upgrade to something else': () => request('GET /socket', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'),
  'a refused upgrade': () => upgrade('/x'),
  'a foreign upgrade': ({ port }) => upgrade('/socket', `http://evil.example:${port}`),
  'an upgrade of a wrong version': ({ port }) =>
    upgrade('/socket', own(port)).replace('Version: 13', 'Version: 7'),
  'an upgrade and nothing': ({ port }) => upgrade('/socket', own(port)),
  'an upgrade and random bytes': ({ port, random }) =>
    Buffer.concat([Buffer.from(upgrade('/socket', own(port))), bytes(random, random() * 4000)]),
  'a greeting that is no JSON': ({ port }) => withFrames(port, frame(1, Buffer.from('{"hello":'))),
  'a greeting and a wrong proof': ({ port }) =>
    withFrames(port, frame(1, Buffer.from('{"hello":"n"}')), frame(1, Buffer.from('{"proof":"AAAA"}'))),
  'a request before the greeting': ({ port, random }) => withFrames(port, frame(2, bytes(random, 300))),
  'a frame that says it is of 1 TB': ({ port, random }) => {
    const header = Buffer.from([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    return withFrames(port, header, bytes(random, 100_000));
  },
  'a frame without a mask': ({ port }) => withFrames(port, Buffer.from([0x81, 0x02, 0x7b, 0x7d])),
  'a ping that is too long': ({ port }) => withFrames(port, frame(9, Buffer.alloc(300))),
  'a message in a thousand parts': ({ port }) =>
    withFrames(
      port,
      frame(1, Buffer.from('{'), false),
      ...Array<Buffer>(1000).fill(frame(0, Buffer.from(' '), false)),
    ),
  'text that is no UTF-8': ({ port }) => withFrames(port, frame(1, Buffer.from([0xff, 0xfe]))),
} satisfies Record<string, (target: Target) => string | Buffer>;

const leavings = ['reset', 'reset at once', 'half', 'wait', 'cut'] as const;

/** Attacks once, in a way that `random` chooses. Resolves when the connection is closed. */
export async function attack(target: Target): Promise<void> {
  const names = Object.keys(attacks) as (keyof typeof attacks)[];
  const content = attacks[pick(names, target.random)](target);
  const leave = pick(leavings, target.random);
  const socket = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined).on('data', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed]);
  socket.write(content);
  if (leave === 'reset at once') socket.resetAndDestroy();
  else if (leave === 'half') socket.end();
  else if (leave === 'reset') setImmediate(() => socket.resetAndDestroy());
  else if (leave === 'cut') socket.write(content, () => socket.destroy());
  const cut = setTimeout(() => socket.destroy(), patienceMs * target.random());
  await closed;
  clearTimeout(cut);
}

/** Bad messages that an authenticated page may send. */
export function hostileFrames(random: Random): Buffer {
  const header = JSON.stringify({
    type: 'request',
    job: random() * 1e12,
    name: pick(['host.describe', '__proto__', 'toString', 'foreground.paint'], random),
    params: pick([{ $array: ['Float64Array', 0, 2 ** 52] }, { $array: ['number', 'NaN'] }, [], null], random),
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pick([header.length, header.length + 1, 2 ** 32 - 1, 0], random));
  return Buffer.concat([length, Buffer.from(header), bytes(random, random() * 2000)]);
}

/** Opens a connection and leaves it idle. */
export function idle(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => resolve(socket)).on('data', () => undefined);
  });
}

function request(line: string, headers = '', body = ''): string {
  return `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n${headers}\r\n${body}`;
}

function upgrade(path: string, origin = 'http://127.0.0.1'): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${origin.slice('http://'.length)}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\n` +
    `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
  );
}

function own(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function withFrames(port: number, ...frames: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(upgrade('/socket', own(port))), ...frames]);
}

/** A masked frame (RFC 6455, 5.2) with a mask of zeros. */
function frame(code: number, content: Buffer, isLast = true): Buffer {
  const start = (isLast ? 0x80 : 0) | code;
  const length =
    content.length < 126
      ? Buffer.from([start, 0x80 | content.length])
      : Buffer.from([start, 0xfe, content.length >> 8, content.length & 255]);
  return Buffer.concat([length, Buffer.alloc(4), content]);
}

function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(length) }, () => random() * 256));
}

function pick<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random() * choices.length)]!;
}
