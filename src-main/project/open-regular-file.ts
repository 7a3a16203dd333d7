import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { fileError, notAFile } from '../contract/file-error.ts';
import { proveRead } from './held-folder.ts';

/** Opening a pipe must not wait for its other end. Windows has neither the flag nor pipes in folders. */
const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A file that is open for reading, and its size in bytes when it was opened. */
export interface OpenFile {
  handle: FileHandle;
  size: number;
}

/**
 * Opens a regular file for reading; the caller closes it. Refuses folders, pipes, sockets and devices, where
 * a read may never end. It checks the opened file, so that no other file can take its place in between.
 * @throws LacssError `file-not-found`, `file-unreadable`; `path-not-granted` for a link that leads out of a
 *   project's own folders
 */
export async function openRegularFile(path: string): Promise<OpenFile> {
  let handle: FileHandle;
  try {
    await proveRead(path);
    handle = await open(path, flags);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
  try {
    const entry = await handle.stat();
    if (!entry.isFile()) throw notAFile(path, 'read', entry.isDirectory());
    return { handle, size: entry.size };
  } catch (error) {
    await handle.close();
    throw fileError(error, path, 'read');
  }
}
