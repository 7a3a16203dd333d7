import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

let made = 0;

/**
 * What a temporary file beside `path` is called: hidden, unique, and telling which process made it (sweepLeftovers). Only
 * the beginning of the name is in it, so that a name of full length has a temporary file too.
 */
export function temporaryPath(path: string): string {
  made += 1;
  const beginning = Array.from(basename(path)).slice(0, 40).join('');
  return join(dirname(path), `.${beginning}.${process.pid}-${threadId}-${made}.tmp`);
}
