import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { hostEndedCode, socketPath } from '../contract/bridge.ts';
import { LacssError } from '../contract/errors.ts';
import { decodeMessage, encodeMessage } from '../contract/wire.ts';
import { contentSecurityPolicy } from '../host/content-security-policy.ts';
import type { Host } from '../host/host.ts';
import { guardRequest } from './request-guard.ts';
import { readStaticFile } from './static-files.ts';

export interface ServeOptions {
  host: Host;
  /** The built page. */
  pageFolder: string;
  /** 0 takes any free port. @default 0 */
  port?: number;
  /** The secret part of the address. @default 32 random bytes */
  token?: string;
}

export interface Served {
  /** The address to open, with its token. */
  url: string;
  close: () => Promise<void>;
}

/** The only address that is listened on: other machines reach it through an ssh tunnel or not at all. */
const loopback = '127.0.0.1';
/** The largest message a page may send: an image dropped on it. */
const maxMessageBytes = 2 ** 30;
/** How long a page may take to say goodbye. */
const goodbyeMs = 500;

const refusals = {
  host: 'This server answers to 127.0.0.1 and localhost only.',
  origin: 'This server answers to its own page only.',
  token: 'The address is not complete. Use the one that was printed when the program started.',
};

/**
 * Serves the page, its pixels and the treaty over loopback HTTP and WebSocket.
 * @throws LacssError `setting-invalid` when the port is taken
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { host, pageFolder, port = 0, token = randomBytes(32).toString('base64url') } = options;
  const server = createServer((request, response) => {
    void answer(host, pageFolder, token, request, response);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (guardRequest(request, token) !== null || pathOf(request) !== socketPath) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => attach(host, webSocket));
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${loopback}:${taken}/${token}/`,
    close: async () => {
      await Promise.all([...sockets.clients].map(sayGoodbye));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lets a page know that nobody will answer here any more; one that does not hear it is cut off. */
function sayGoodbye(webSocket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => webSocket.terminate(), goodbyeMs);
    webSocket.on('close', () => {
      clearTimeout(cut);
      resolve();
    });
    webSocket.close(hostEndedCode);
  });
}

/** A window's line: binary frames of the treaty both ways. */
function attach(host: Host, webSocket: WebSocket): void {
  webSocket.binaryType = 'nodebuffer';
  const session = host.connect((message) => {
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(encodeMessage(message));
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
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => host.disconnect(session));
}

async function answer(
  host: Host,
  pageFolder: string,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  setSafeHeaders(response);
  const refusal = guardRequest(request, token);
  if (refusal !== null) return end(response, 403, refusals[refusal]);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return end(response, 405, 'Only GET is answered.');
  const path = pathOf(request);
  if (path === null) {
    // Relative addresses of the page need the slash after the token.
    response.setHeader('Location', `/${token}/`);
    return end(response, 308, '');
  }
  if (path.startsWith('tile/') || path.startsWith('thumbnail/')) return answerPixels(host, path, response);
  const file = await readStaticFile(pageFolder, path);
  if (file === null)
    return end(
      response,
      404,
      path === '' ? 'The page has not been built: npm run build.' : 'There is no such file.',
    );
  response.setHeader('Content-Type', file.mediaType);
  response.setHeader('Cache-Control', file.hashed ? 'private, max-age=31536000, immutable' : 'no-cache');
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

async function answerPixels(host: Host, path: string, response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  response.on('close', () => stop.abort());
  try {
    const pixels = await host.pixels(path, stop.signal);
    if (pixels === null) return end(response, 404, 'There are no such pixels.');
    response.setHeader('Content-Type', pixels.mediaType);
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
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
  response.end(text);
}

/** What follows the token in a request's path, without the query; null when not even a slash does. */
function pathOf({ url = '' }: IncomingMessage): string | null {
  const [path] = url.split('?', 1);
  const slash = path!.indexOf('/', 1);
  return slash < 0 ? null : path!.slice(slash + 1);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use.`
          : `Port ${port} can't be listened on (${error.code}).`;
      reject(
        new LacssError('setting-invalid', message, {
          remedy: 'Choose another with --port, or leave it out.',
        }),
      );
    });
    server.listen(port, loopback, resolve);
  });
}
