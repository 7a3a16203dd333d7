import { createHash } from 'node:crypto';
import { LacssError } from '../contract/errors.ts';
import { fileBytes } from './file-bytes.ts';

/** Bytes per read. */
const pieceBytes = 2 ** 22;

/**
 * The SHA-256 of a file of any size, read piece by piece, as 64 hexadecimal digits, and its size in bytes.
 *
 * @throws LacssError `file-not-found`, `file-unreadable`, `cancelled`
 */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ sha256: string; bytes: number }> {
  const file = await fileBytes(path);
  const hash = createHash('sha256');
  for (let at = 0; at < file.size; at += pieceBytes) {
    if (signal?.aborted) throw new LacssError('cancelled', 'Stopped.');
    hash.update(await file.read(at, Math.min(pieceBytes, file.size - at)));
  }
  return { sha256: hash.digest('hex'), bytes: file.size };
}
