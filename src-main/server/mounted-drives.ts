import { readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** A drive that a person may choose files on. */
export interface MountedDrive {
  name: string;
  path: string;
}

/**
 * Drives beside the home folder: letters on Windows, volumes on macOS, removable and network drives on Linux.
 * A folder that cannot be listed has none.
 * @param folders - where this system mounts them; see {@link mountFolders}
 */
export async function mountedDrives(
  platform: NodeJS.Platform = process.platform,
  folders: readonly string[] = mountFolders(platform),
): Promise<MountedDrive[]> {
  if (platform === 'win32') return driveLetters();
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      // On macOS, a link in /Volumes is the system's own disk.
      return entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(({ name }) => ({ name, path: join(folder, name) }));
    }),
  );
  return found.flat();
}

/** Where a system mounts the drives of this account. */
function mountFolders(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['/Volumes'];
  const { username } = userInfo();
  return [join('/media', username), join('/run/media', username), '/mnt'];
}

async function driveLetters(): Promise<MountedDrive[]> {
  const letters = Array.from({ length: 26 }, (_, i) => `${String.fromCharCode(65 + i)}:\\`);
  const there = await Promise.all(
    letters.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return letters.filter((_, i) => there[i]).map((path) => ({ name: path.slice(0, 2), path }));
}
