import { LacssError } from '../contract/errors.ts';
import { fileError } from '../contract/file-error.ts';
import { openRegularFile } from './open-regular-file.ts';

/** The largest file to read in one piece, in bytes: the limit of one array of the runtime. */
const largestBytes = 2 ** 31 - 1;

/** The largest text to read in one piece, in bytes: about half of the longest string of the runtime. */
const largestTextBytes = 2 ** 28;

/** Bytes per read. The system reads at most 2 GiB at a time. */
const chunkBytes = 2 ** 28;

/**
 * Reads a whole regular file, at most its size at opening. Not as a Buffer, whose `slice` shares memory.
 * @param maxBytes the largest size. @default 2³¹ − 1
 * @throws LacssError `file-not-found`, `file-unreadable`, `file-unsupported` if the file is too large
 */
export async function readBytes(
  path: string,
  maxBytes: number = largestBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const { handle, size } = await openRegularFile(path);
  try {
    if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const length = Math.min(chunkBytes, size - filled);
      const { bytesRead } = await handle.read(bytes, filled, length, filled);
      // Another program has truncated the file.
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled === size ? bytes : bytes.slice(0, filled);
  } catch (error) {
    throw fileError(error, path, 'read');
  } finally {
    await handle.close();
  }
}

/** The same; `null` if there is no such file. @throws LacssError `file-unreadable`, `file-unsupported` */
export async function readBytesOrNone(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  return readBytes(path).catch((error: unknown) => {
    if (error instanceof LacssError && error.code === 'file-not-found') return null;
    throw error;
  });
}

/**
 * Reads a whole text file in UTF-8; invalid bytes become U+FFFD.
 * @throws LacssError `file-not-found`, `file-unreadable`, `file-unsupported` if the file is too large
 */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path, largestTextBytes));
}

function tooLarge(path: string, size: number, maxBytes: number): LacssError {
  const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
  return new LacssError(
    'file-unsupported',
    `${path} has ${megabytes(size)} MB. The limit is ${megabytes(maxBytes)} MB.`,
    { subject: path, remedy: 'Check that it is the right file, or split it into smaller files.' },
  );
}
