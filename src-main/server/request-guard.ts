import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request is refused for. */
export type Refusal = 'host' | 'origin' | 'token';

/**
 * Keeps out every page and program that was not given the address: the Host must be a loopback name (a page of a foreign
 * name that resolves to this machine has its own), the Origin must be our own page, the first part of the path must be the
 * token. Any port will do, since an ssh tunnel has another one at its far end.
 */
export function guardRequest(request: IncomingMessage, token: string): Refusal | null {
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  if (host === undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host)) return 'host';
  if (origin !== undefined && origin !== `http://${host}`) return 'origin';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'origin';
  if (request.headers.upgrade !== undefined && origin === undefined) return 'origin';
  return hasToken(request.url ?? '', token) ? null : 'token';
}

function hasToken(url: string, token: string): boolean {
  const given = Buffer.from(url.split(/[/?]/, 2)[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
