import { basename, dirname, join } from 'node:path';

let made = 0;

/** What a temporary file beside `path` is called: hidden, unique, and telling which process made it (sweepLeftovers). */
export function temporaryPath(path: string): string {
  made += 1;
  return join(dirname(path), `.${basename(path)}.${process.pid}-${made}.tmp`);
}
