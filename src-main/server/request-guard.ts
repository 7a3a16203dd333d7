import type { IncomingMessage } from 'node:http';

/** What a request is refused for. */
export type Refusal = 'host' | 'origin';

/**
 * Keeps out every other page: the Host must be a loopback name (a foreign name that resolves to this machine is not one), the
 * Origin must be our own page. Any port will do, since an ssh tunnel has another one at its far end. Opening the page itself is
 * open to all, since it holds no secret: the start file does so from outside.
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
