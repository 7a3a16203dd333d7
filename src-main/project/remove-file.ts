import { unlink } from 'node:fs/promises';
import { fileError, systemCode } from '../contract/file-error.ts';
import { provePath } from './held-folder.ts';

/**
 * Removes a file, if it exists.
 * @throws LacssError `file-unwritable`, `project-unreachable`
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await provePath(path);
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'write');
  }
}
