import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { flushFolder } from './flush-folder.ts';
import { temporaryPath } from './temporary-path.ts';

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the new one, whole:
 * a temporary file in the same folder, flushed to the disk, renamed over the old one, the folder flushed too.
 * Folders that do not exist are made.
 * @throws LacssError `disk-full`, `file-unwritable`; the temporary file is gone by then
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await flushFolder(folder);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw fileError(error, path, 'write');
  }
}
