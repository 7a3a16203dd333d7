import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from './process-identity.ts';

const temporaryPattern = /^\..+\.(\d+)-[\d-]+\.tmp$/;

/**
 * Removes the temporary files that a killed process left in a folder and below it; those of running processes stay.
 * A folder that may not be changed keeps its leftovers: they are never read.
 * @returns how many were removed
 */
export async function sweepLeftovers(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let removed = 0;
  for (const entry of entries) {
    if (entry.isDirectory()) removed += await sweepLeftovers(join(folder, entry.name));
    const owner = entry.isFile() ? temporaryPattern.exec(entry.name)?.[1] : undefined;
    if (owner === undefined) continue;
    if (Number(owner) !== process.pid && isProcessAlive(Number(owner))) continue;
    // Our own number on a file found at opening: an earlier process had it.
    const gone = await unlink(join(folder, entry.name)).then(
      () => true,
      () => false,
    );
    if (gone) removed += 1;
  }
  return removed;
}
