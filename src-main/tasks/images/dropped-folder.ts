import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from '../../project/process-identity.ts';

/** How the folders of files dropped in a browser begin; the number of the host's process follows. */
export const droppedFolder = join(tmpdir(), 'lacss-dropped-');

/** Makes a folder for the files that are dropped on the windows of this host. @returns its path */
export function makeDroppedFolder(): Promise<string> {
  return mkdtemp(`${droppedFolder}${process.pid}-`);
}

/**
 * Removes what killed hosts of this account have left. A folder of somebody else, of a process that runs, or
 * that is a link stays.
 * @returns how many folders were removed
 */
export async function sweepDroppedFolders(): Promise<number> {
  const folder = dirname(droppedFolder);
  const names = await readdir(folder).catch((): string[] => []);
  let removed = 0;
  for (const name of names) {
    const owner = new RegExp(`^${basename(droppedFolder)}(\\d+)-\\w{6}$`).exec(name)?.[1];
    if (owner === undefined || isProcessAlive(Number(owner))) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    // Windows has a folder for temporary files per account, and no numbers of accounts.
    if (found?.isDirectory() !== true || found.uid !== (process.getuid?.() ?? found.uid)) continue;
    await rm(path, { recursive: true, force: true }).then(
      () => removed++,
      () => undefined,
    );
  }
  return removed;
}
