import { stat } from 'node:fs/promises';
import { isAbsolute, parse, relative, resolve, sep } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { ImageFile } from '../contract/project.ts';

/** How a file is referred to from a project folder: relative, with forward slashes, wherever that is possible. */
export function pathFromProject(folder: string, file: string): string {
  const path = relative(folder, file);
  return isAbsolute(path) ? file : path.split(sep).join('/');
}

/**
 * Finds an image's file: by its path from the project folder, so that project and images may move together, else
 * where it was last seen, so that the project may move alone.
 * Devices are no images, and another computer is not asked because a project names it.
 * @throws LacssError `file-not-found`
 */
export async function locateImageFile(folder: string, file: ImageFile): Promise<string> {
  for (const source of [file.path, file.lastSeenAt]) {
    if (isElsewhere(source, folder)) continue;
    const path = resolve(folder, source);
    if (isDevice(path)) continue;
    const found = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (found) return path;
  }
  throw new LacssError('file-not-found', `The image file ${file.path} is no longer there.`, {
    subject: file.lastSeenAt,
    remedy: 'Put it back, or show where it went: lacss add --relink FOLDER finds it by its content.',
  });
}

/** A network share or device path of Windows (`\\\\server\\share`, `\\\\?\\`): fine only on the share that holds the project. */
function isElsewhere(source: string, folder: string): boolean {
  if (!/^[\\/]{2}/.test(source)) return false;
  return (
    process.platform !== 'win32' || parse(source).root.toLowerCase() !== parse(folder).root.toLowerCase()
  );
}

/** What the system shows as files, and are none. */
function isDevice(path: string): boolean {
  return /^\/(dev|proc|sys)\//.test(path);
}
