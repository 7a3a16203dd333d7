import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from '../contract/file-error.ts';
import { flushFolder } from './flush-folder.ts';
import { prepareWrite, requireHeld } from './held-folder.ts';

/**
 * Adds a line to a file and flushes it to the disk. When this returns, the line is saved.
 * @param wholeBytes end of the last complete line; what a crash left after it is cut off
 * @param line without its line break
 * @param isFlushed false where the line can be written again after a power failure
 * @returns where the new line ends
 * @throws LacssError `disk-full`, `file-unwritable`; an incomplete line is cut off now or at the next
 * read
 */
export async function appendLine(
  path: string,
  wholeBytes: number,
  line: string,
  isFlushed = true,
): Promise<number> {
  const bytes = Buffer.from(`${line}\n`);
  try {
    await prepareWrite(path);
    const file = await open(path, wholeBytes === 0 ? 'w' : 'r+');
    try {
      await file.truncate(wholeBytes);
      // On a disk with little room, a write may stop in the middle without an error.
      for (let done = 0; done < bytes.length;) {
        done += (await file.write(bytes, done, bytes.length - done, wholeBytes + done)).bytesWritten;
      }
      if (isFlushed) await file.sync();
    } catch (error) {
      await file.truncate(wholeBytes).catch(() => undefined);
      throw error;
    } finally {
      // The flushed line counts, even if closing fails.
      await file.close().catch(() => undefined);
    }
    if (wholeBytes === 0 && isFlushed) await flushFolder(dirname(path)).catch(() => undefined);
  } catch (error) {
    await requireHeld(path);
    throw fileError(error, path, 'write');
  }
  return wholeBytes + bytes.length;
}
