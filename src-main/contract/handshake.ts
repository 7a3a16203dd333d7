/**
 * A page and the browser host prove to each other that they know the same secret. The page begins. The four
 * messages are JSON text frames; then the binary frames of the contract follow.
 *
 *     page → host   Hello       a nonce
 *     host → page   Challenge   its instance, a nonce, its proof
 *     page → host   Answer      its proof; sent only when the host's proof is right
 *     host → page   Welcome     the token of this host, for HTTP requests
 *
 * A proof is HMAC-SHA-256 (RFC 2104) over the side's name, the instance and both nonces. The two sides sign
 * different texts, so neither can send back the other's proof.
 */

/** Page → host: the first message. */
export interface Hello {
  hello: string;
}

/** Host → page. */
export interface Challenge {
  /** Random per process. Not the port: it differs at the far end of an ssh tunnel. */
  instance: string;
  nonce: string;
  proof: string;
}

/** Page → host. */
export interface Answer {
  proof: string;
}

/** Host → page: the connection is open. */
export interface Welcome {
  token: string;
}

/** Path, relative to the page, that exchanges a one-time code or a token for the {@link Secret}. */
export const sessionPath = 'session';

/** Answer to a POST to {@link sessionPath}. */
export interface Secret {
  secret: string;
}

/** The values of one connection that both sides know. */
export interface Exchange {
  instance: string;
  pageNonce: string;
  hostNonce: string;
}

export type Side = 'host' | 'page';

const algorithm = { name: 'HMAC', hash: 'SHA-256' };

/** 32 random bytes as 43 characters of base64url. */
export function randomText(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** The proof of one side that it knows the secret. */
export async function makeProof(secret: string, side: Side, exchange: Exchange): Promise<string> {
  const signature = await crypto.subtle.sign(algorithm, await keyOf(secret), textOf(side, exchange));
  return toBase64Url(new Uint8Array(signature));
}

/** Whether a proof is right. Takes the same time for every wrong proof. */
export async function isProof(
  proof: string,
  secret: string,
  side: Side,
  exchange: Exchange,
): Promise<boolean> {
  const signature = fromBase64Url(proof);
  if (signature === null) return false;
  return crypto.subtle.verify(algorithm, await keyOf(secret), signature, textOf(side, exchange));
}

/** The text field of a JSON object, or null: for messages of a side that is not trusted yet. */
export function textField(message: string, field: string): string | null {
  try {
    const value = (JSON.parse(message) as Record<string, unknown> | null)?.[field];
    return typeof value === 'string' && value.length <= maxFieldLength ? value : null;
  } catch {
    return null;
  }
}

const maxFieldLength = 200;

/** The key type as both libraries declare it: the page's and Node's. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

function keyOf(secret: string): Promise<Key> {
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ]);
}

function textOf(side: Side, { instance, pageNonce, hostNonce }: Exchange): Uint8Array<ArrayBuffer> {
  // As JSON, so that no two lists of fields give one text.
  return new TextEncoder().encode(JSON.stringify(['lacss', side, instance, pageNonce, hostNonce]));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
