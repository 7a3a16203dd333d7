import { readFile } from 'node:fs/promises';
import { fileError } from './file-error.ts';

/**
 * Reads a whole file.
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}
