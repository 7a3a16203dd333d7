import { readFile } from 'node:fs/promises';
import { fileError } from './file-error.ts';

/**
 * Reads a whole file. Not as a Buffer, whose `slice` shares memory where an array's copies.
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}
