import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from '../../project/process-identity.ts';

/** The beginning of the paths of folders for dropped files. The number of the host's process follows. */
export const droppedFolder = join(tmpdir(), 'lacss-dropped-');

/** Makes a folder for files dropped on the windows of this host. @returns its path */
export function makeDroppedFolder(): Promise<string> {
  return mkdtemp(`${droppedFolder}${process.pid}-`);
}

/**
 * Removes the folders that killed hosts of this account have left. Folders of other accounts or of running
 * processes stay, and so do links.
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
    // Windows has a temporary folder per account, and no account numbers.
    if (found?.isDirectory() !== true || found.uid !== (process.getuid?.() ?? found.uid)) continue;
    await rm(path, { recursive: true, force: true }).then(
      () => removed++,
      () => undefined,
    );
  }
  return removed;
}
