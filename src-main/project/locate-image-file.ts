import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
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
 * @throws LacssError `file-not-found`
 */
export async function locateImageFile(folder: string, file: ImageFile): Promise<string> {
  for (const path of [resolve(folder, file.path), file.lastSeenAt]) {
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
