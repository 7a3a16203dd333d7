import { sessionPath } from '../../src-main/contract/handshake.ts';
import type { Secret } from '../../src-main/contract/handshake.ts';

const tokenKey = 'lacss.token';
const codePattern = /^#([\w-]{22})$/;

/** Keeps the token of this tab's host over a reload. It is void when that host has ended. */
export function rememberToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

/**
 * The secret that page and host share. The page gets it for the one-time code in its address, or for the
 * token from before a reload. Null if the host knows neither. The code is removed from the address.
 * @throws TypeError if no host answers
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
 * Removes the one-time code from the page's address, so that no history or bookmark has it. Null without a
 * code.
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
