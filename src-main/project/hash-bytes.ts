import { createHash } from 'node:crypto';

/** The SHA-256 of some bytes or of a text in UTF-8, as 64 hexadecimal digits. */
export function hashBytes(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
