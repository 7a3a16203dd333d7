import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from './process-identity.ts';

const temporaryPattern = /^\..+\.(\d+)-[\d-]+\.tmp$/;

/**
 * Removes the temporary files of killed processes in a folder and below. Those of running processes stay. A
 * read-only folder keeps its leftovers, which are never read.
 * @returns the number of removed files
 */
export async function sweepLeftovers(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let removed = 0;
  for (const entry of entries) {
    if (entry.isDirectory()) removed += await sweepLeftovers(join(folder, entry.name));
    const owner = entry.isFile() ? temporaryPattern.exec(entry.name)?.[1] : undefined;
    if (owner === undefined) continue;
    if (Number(owner) !== process.pid && isProcessAlive(Number(owner))) continue;
    // A file with our own process number comes from an earlier process.
    const gone = await unlink(join(folder, entry.name)).then(
      () => true,
      () => false,
    );
    if (gone) removed += 1;
  }
  return removed;
}
