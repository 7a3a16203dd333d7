import type { IncomingMessage } from 'node:http';

/** Why a request is refused. */
export type Refusal = 'host' | 'origin';

/**
 * Refuses every other page. Host must be a loopback name; a foreign name that resolves to this machine is
 * refused. Origin must be our own page. Any port is fine, because an ssh tunnel has another port at its far
 * end. The page itself is open to all: it has no secret, and the start file opens it from outside.
 */
export function guardRequest(request: IncomingMessage): Refusal | null {
  const { host, origin, upgrade, 'sec-fetch-site': site } = request.headers;
  if (host === undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host)) return 'host';
  if (origin !== undefined && origin !== `http://${host}`) return 'origin';
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeign && !opensPage(request)) return 'origin';
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  return (upgrade !== undefined || changes) && origin === undefined ? 'origin' : null;
}

function opensPage({ method, url, headers }: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  return method === 'GET' && url === '/' && mode === 'navigate' && destination === 'document';
}
