import { unlink } from 'node:fs/promises';
import { fileError, systemCode } from './file-error.ts';

/**
 * Removes a file; one that is not there is fine.
 * @throws LacssError `file-unwritable`
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'write');
  }
}
