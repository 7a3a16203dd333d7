import { randomInt } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

let made = 0;
/** Processes on other machines can have the same number, and write into the same shared folder. */
const token = randomInt(2 ** 32);

/**
 * The name of a temporary file beside `path`: hidden, unique, and with the process number (for
 * sweepLeftovers). It has only the start of the name, so that it is never too long.
 */
export function temporaryPath(path: string): string {
  made += 1;
  const beginning = Array.from(basename(path)).slice(0, 40).join('');
  return join(dirname(path), `.${beginning}.${process.pid}-${threadId}-${token}-${made}.tmp`);
}
