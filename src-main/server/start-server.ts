import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { hostEndedCode, socketPath } from '../contract/bridge.ts';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import { sessionPath, textField } from '../contract/handshake.ts';
import type { Secret } from '../contract/handshake.ts';
import { maxFrameBytes } from '../contract/limits.ts';
import { contentSecurityPolicy } from '../host/content-security-policy.ts';
import type { Host } from '../host/host.ts';
import { admitPage } from './admit-page.ts';
import { attachPage } from './attach-page.ts';
import { Gate } from './gate.ts';
import { guardRequest } from './request-guard.ts';
import { guidePath, readStaticFile } from './static-files.ts';
import { Strangers } from './strangers.ts';

export interface ServerOptions {
  host: Host;
  /** The built page. */
  pageFolder: string;
  /** 0 takes any free port. @default 0 */
  port?: number;
  /** The secrets of this host. @default new secrets */
  gate?: Gate;
}

export interface Served {
  /** The page's address, without any secret. */
  url: string;
  close: () => Promise<void>;
}

/** The only address to listen on. Other computers need an ssh tunnel. */
const loopback = '127.0.0.1';
/** Time for a page to close its connection, ms. */
const goodbyeMs = 500;
/** Closes a socket because there are too many (RFC 6455 registry, 1013). */
const tryAgainLater = 1013;
/** Time for the handshake, ms. */
const handshakeMs = 10_000;
/** The most bytes before the end of the handshake: an upgrade request and two short messages. */
const maxHandshakeBytes = 16_384;
/** The most pages. */
const maxPages = 64;
/** The most connections: six per page; strangers have their own limit. */
const maxConnections = 800;
/** The largest body of a request: a one-time code. */
const maxBodyBytes = 1024;
/** Limits of node's parser: headers are short and arrive at once. */
const parserLimits = {
  maxHeaderSize: 8192,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
};

const refusals = {
  host: 'This server answers only at 127.0.0.1 and localhost.',
  origin: 'This server answers only its own page.',
};
const unknownPage = 'Open the address that LACSS Studio prints. It is valid once.';

/**
 * Serves the page, its pixels and the contract over loopback HTTP and WebSocket.
 * @throws LacssError `setting-invalid` if the port is in use
 */
export async function startServer(options: ServerOptions): Promise<Served> {
  const { port = 0, gate = new Gate() } = options;
  const strangers = new Strangers();
  const served: Answering = { ...options, gate, strangers, pages: new Set() };
  const server = createServer(parserLimits);
  server.maxConnections = maxConnections;
  server.on('connection', (socket) => {
    // First of all. This also applies to a socket that node passes on at an upgrade.
    socket.on('error', () => socket.destroy());
    strangers.add(socket);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.on('error', () => request.destroy());
    response.on('error', () => response.destroy());
    answer(served, request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  sockets.on('wsClientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (guardRequest(request) !== null || request.url !== `/${socketPath}`) return refuseUpgrade(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(served, webSocket, socket));
  });
  await listen(server, port);
  server.on('error', () => undefined);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${loopback}:${taken}/`,
    close: async () => {
      gate.close();
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([...sockets.clients].map(sayGoodbye));
      server.closeAllConnections();
      strangers.destroyAll();
      await closed;
    },
  };
}

/** The state that answers requests. */
interface Answering {
  host: Host;
  pageFolder: string;
  gate: Gate;
  strangers: Strangers;
  /** The pages after their handshake. */
  pages: Set<WebSocket>;
}

/** Accepts a WebSocket for the handshake. */
function welcome({ host, gate, strangers, pages }: Answering, webSocket: WebSocket, socket: Socket): void {
  webSocket.on('error', () => webSocket.terminate());
  webSocket.binaryType = 'nodebuffer';
  const cut = setTimeout(() => webSocket.terminate(), handshakeMs);
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received > maxHandshakeBytes) webSocket.terminate();
  };
  let received = 0;
  socket.on('data', count);
  webSocket.on('close', () => {
    clearTimeout(cut);
    pages.delete(webSocket);
  });
  admitPage(webSocket, gate, () => {
    clearTimeout(cut);
    socket.off('data', count);
    if (pages.size >= maxPages) return webSocket.close(tryAgainLater);
    pages.add(webSocket);
    strangers.trust(socket);
    attachPage(host, webSocket);
  });
}

function refuseUpgrade(socket: Socket): void {
  // `end` alone would leave the connection open until the other side ends it too.
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => socket.destroy());
}

/** Tells a page that the host ends. Disconnects it if it does not react. */
function sayGoodbye(webSocket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (webSocket.readyState === webSocket.CLOSED) return resolve();
    const cut = setTimeout(() => webSocket.terminate(), goodbyeMs);
    webSocket.on('close', () => {
      clearTimeout(cut);
      resolve();
    });
    webSocket.close(hostEndedCode);
  });
}

async function answer(served: Answering, request: IncomingMessage, response: ServerResponse): Promise<void> {
  setSafeHeaders(response);
  const refusal = guardRequest(request);
  if (refusal !== null) return end(response, 403, refusals[refusal]);
  const path = pathOf(request);
  if (request.method === 'POST' && path === sessionPath) return answerSession(served, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return end(response, 405, 'Only GET is answered.');
  if (hasBody(request)) return end(response, 413, 'A GET request has no body.');
  if (path.startsWith('tile/') || path.startsWith('thumbnail/'))
    return answerPixels(served, path, request, response);
  const file = await readStaticFile(served.pageFolder, path);
  if (file === null)
    return end(
      response,
      404,
      path === ''
        ? 'The page has not been built: npm run build.'
        : path === guidePath
          ? 'The guide is not built yet. Wait a minute and reload, or run: npm run docs:site.'
          : 'There is no such file.',
    );
  response.setHeader('Content-Type', file.mediaType);
  response.setHeader('Cache-Control', file.hashed ? 'private, max-age=31536000, immutable' : 'no-cache');
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

/** Gives the secret to a page that has a one-time code, or after a reload still this host's token. */
async function answerSession(
  { gate, strangers }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return end(response, 413, 'The code is too long.');
  const code = textField(body, 'code');
  const isKnown = code === null ? gate.admits(request.headers.authorization) : gate.redeem(code);
  if (!isKnown) return end(response, 401, unknownPage);
  strangers.trust(request.socket);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify({ secret: gate.secret } satisfies Secret));
}

/** A short body, or null for a longer one. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBodyBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function answerPixels(
  { host, gate, strangers }: Answering,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!gate.admits(request.headers.authorization)) return end(response, 401, unknownPage);
  strangers.trust(request.socket);
  const stop = new AbortController();
  response.on('close', () => stop.abort());
  try {
    const pixels = await host.pixels(path, stop.signal);
    if (pixels === null) return end(response, 404, 'There are no such pixels.');
    response.setHeader('Content-Type', pixels.mediaType);
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    response.setHeader('Vary', 'Authorization');
    response.end(pixels.bytes);
  } catch (error) {
    const isOurs = error instanceof LacssError;
    end(
      response,
      isOurs && error.code !== 'internal' ? 404 : 500,
      isOurs ? error.message : 'The image could not be read.',
    );
  }
}

function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  // An unwanted body is not read.
  if (hasBody(response.req)) response.setHeader('Connection', 'close');
  response.end(text);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A request's path within the page, without the query. */
function pathOf({ url = '' }: IncomingMessage): string {
  return itemAt(url.split('?', 1), 0).replace(/^\//, '');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use.`
          : `Port ${port} cannot be used (${error.code}).`;
      reject(
        new LacssError('setting-invalid', message, {
          remedy: 'Choose another port with --port, or leave out --port.',
        }),
      );
    });
    server.listen(port, loopback, resolve);
  });
}
