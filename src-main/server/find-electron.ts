import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of Electron's runtime, or null, and the reason. */
export interface FoundElectron {
  path: string | null;
  why: string;
}

/**
 * Finds Electron's runtime without starting its download. The package comes from the registry; the runtime is
 * downloaded from elsewhere at its first start.
 */
export async function findElectron(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FoundElectron> {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const name = await readFile(join(folder, 'path.txt'), 'utf8').catch(() => null);
  const own = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const path = own === undefined ? join(folder, 'dist', name ?? '') : join(own, name ?? 'electron');
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) {
    return { path: null, why: 'the Electron runtime is not installed (npx install-electron fetches it)' };
  }
  const needsScreen = process.platform === 'linux';
  if (needsScreen && environment.DISPLAY === undefined && environment.WAYLAND_DISPLAY === undefined) {
    return { path: null, why: 'Electron is installed, but there is no screen here' };
  }
  return { path, why: 'its runtime is installed' };
}
