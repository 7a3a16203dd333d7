import { randomBytes, timingSafeEqual } from 'node:crypto';
import { randomText } from '../contract/handshake.ts';

/** How long a one-time code is valid. */
export const codeLifeMs = 60_000;
/** The most valid codes; a further code replaces the oldest. */
const maxCodes = 16;

interface Code {
  until: number;
  expiry: NodeJS.Timeout;
  onEnd: () => void;
}

/**
 * The secrets that give access to this host. Its token ends with the process. It shares the secret with its
 * pages. One-time codes are for new pages.
 */
export class Gate {
  /** Sent with every HTTP request for pixels; never written to a file. */
  readonly token = randomText();
  readonly instance = randomText();
  /** Survives a crash in a file, so that open pages recognise the next host. */
  readonly secret: string;
  readonly #codes = new Map<string, Code>();

  constructor(secret: string = randomText()) {
    this.secret = secret;
  }

  /**
   * Makes a one-time code.
   * @param onEnd - called when it is used or expired
   */
  newCode(onEnd: () => void = () => undefined): string {
    const code = randomBytes(16).toString('base64url');
    const expiry = setTimeout(() => this.#end(code), codeLifeMs).unref();
    this.#codes.set(code, { until: performance.now() + codeLifeMs, expiry, onEnd });
    const [oldest] = this.#codes.keys();
    if (oldest !== undefined && this.#codes.size > maxCodes) this.#end(oldest);
    return code;
  }

  /** Whether the code is valid. Uses it up. */
  redeem(code: string): boolean {
    const until = this.#codes.get(code)?.until;
    this.#end(code);
    return until !== undefined && performance.now() < until;
  }

  /** Whether an `Authorization` header holds the token. */
  admits(authorization: string | undefined): boolean {
    const given = Buffer.from(authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  /** Ends all codes. */
  close(): void {
    for (const code of [...this.#codes.keys()]) this.#end(code);
  }

  #end(code: string): void {
    const ended = this.#codes.get(code);
    this.#codes.delete(code);
    clearTimeout(ended?.expiry);
    ended?.onEnd();
  }
}
