import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './file-error.ts';
import { flushFolder } from './flush-folder.ts';
import { prepareWrite, requireHeld } from './held-folder.ts';
import { temporaryPath } from './temporary-path.ts';

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the new one, whole:
 * a temporary file in the same folder, flushed to the disk, renamed over the old one, the folder flushed too.
 * Folders that do not exist are made, but none above or in place of a folder that is held (held-folder.ts).
 * @param mode - of the file, less what the process's mask takes away
 * @throws LacssError `disk-full`, `file-unwritable`, `name-invalid`, `project-unreachable`; the temporary file is gone by
 * then
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o666,
): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await prepareWrite(path);
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    // A folder that vanished meanwhile is the reason, whatever the system calls it.
    await requireHeld(path);
    throw fileError(error, path, 'write');
  }
  // The new content is in place and cannot be taken back: a folder that cannot be flushed is no failure.
  await flushFolder(folder).catch(() => undefined);
}
