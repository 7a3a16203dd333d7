import { open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, notAFile, systemCode } from '../contract/file-error.ts';
import { flushFolder } from './flush-folder.ts';
import { prepareWrite, requireHeld } from './held-folder.ts';
import { temporaryPath } from './temporary-path.ts';

/**
 * Writes a file so that the old or the new content is complete at any time, also after a crash. It writes a
 * temporary file in the same folder and flushes it. Then it renames it over the old file, and flushes the
 * folder. It creates missing folders, but none above or in place of a held folder (held-folder.ts).
 * @param content - in pieces for files too large to be held
 * @param mode - of the file, before the process's umask
 * @throws LacssError `disk-full`, `file-unwritable`, `name-invalid`, `project-unreachable`; the temporary
 *   file is then removed
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  mode = 0o666,
): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await prepareWrite(path);
    await refuseOther(path);
    const file = await open(temporary, 'wx', mode);
    try {
      const isWhole = typeof content === 'string' || content instanceof Uint8Array;
      // Each piece is appended.
      for await (const piece of isWhole ? [content] : content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    // If the folder is missing, that is the error to report, not the system's.
    await requireHeld(path);
    throw fileError(error, path, 'write');
  }
  // The new content is in place. A failed flush of the folder is no error.
  await flushFolder(folder).catch(() => undefined);
}

/** Otherwise an administrator could replace `/dev/null`, or a folder, by a file. */
async function refuseOther(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    // Most files are new.
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found !== null && !found.isFile()) throw notAFile(path, 'write', found.isDirectory());
}
