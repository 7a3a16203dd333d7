import { LacssError } from '../../contract/errors.ts';

/** Memory limit for reading one file, in bytes. With the program itself, it stays below 1 GB. */
const mostBytes = 3 * 2 ** 28;

/**
 * Refuses work that would need too much memory, by the sizes in a file's header, before anything is
 * allocated.
 * @param bytes of one copy
 * @param copies that exist at the same time
 * @param what needs the memory, as the subject of a sentence: `a strip of 9 × 9 pixels`
 * @throws LacssError `file-unsupported`
 */
export function requireMemory(
  { bytes, copies, what, remedy }: { bytes: number; copies: number; what: string; remedy: string },
  fileName: string,
): void {
  if (bytes * copies <= mostBytes) return;
  const megabytes = (size: number): number => Math.ceil(size / 2 ** 20);
  throw new LacssError(
    'file-unsupported',
    `${fileName} cannot be read: ${what} would take ${megabytes(bytes * copies)} MB of memory. ` +
      `The limit is ${megabytes(mostBytes)} MB.`,
    { subject: fileName, remedy },
  );
}
