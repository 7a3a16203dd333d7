import { sessionPath } from '../../src-main/contract/handshake.ts';
import type { Secret } from '../../src-main/contract/handshake.ts';

const tokenKey = 'lacss.token';
const codePattern = /^#([\w-]{22})$/;

/** The token of this tab's last host; it lasts over a reload, but is of no use once that host has ended. */
export function rememberToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

/**
 * The secret that page and host share, for the one-time code in the page's address or else the token of
 * before a reload; null when the host knows neither. The code is taken out of the address.
 * @throws TypeError while nobody answers
 */
export async function obtainSecret(page: string, code: string | null): Promise<string | null> {
  const token = sessionStorage.getItem(tokenKey);
  if (code !== null) {
    const secret = await ask(page, { body: JSON.stringify({ code }) });
    if (secret !== null) return secret;
  }
  return token === null ? null : ask(page, { headers: { Authorization: `Bearer ${token}` } });
}

/** Whether the page's address has a one-time code. */
export function hasCode(): boolean {
  return codePattern.test(location.hash);
}

/**
 * Takes the one-time code out of the page's address, so that it is in no history or bookmark; null when there
 * is none.
 */
export function takeCode(): string | null {
  const [, code] = codePattern.exec(location.hash) ?? [];
  if (code === undefined) return null;
  history.replaceState(null, '', location.pathname);
  return code;
}

async function ask(page: string, request: RequestInit): Promise<string | null> {
  const response = await fetch(new URL(sessionPath, page), { method: 'POST', cache: 'no-store', ...request });
  return response.ok ? ((await response.json()) as Secret).secret : null;
}
