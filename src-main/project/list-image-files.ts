import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { fileError } from '../contract/file-error.ts';
import { manifestName } from './manifest-name.ts';

/** A file that may be an image, and its name: the path from the given folder. */
export interface FoundFile {
  path: string;
  name: string;
}

const imageName = /\.(tiff?|btf|tf2|tf8|png)$/i;

/**
 * The image files of given files and folders. Of a folder: every TIFF and PNG in it and below, sorted by
 * name, except hidden files and those inside a project. A given file is used whatever its name.
 * @throws LacssError `file-not-found`, `file-unreadable`, `no-images`
 */
export async function listImageFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of paths.map((given) => resolve(given))) {
    for (const file of await filesOf(path)) found.set(file.path, file);
  }
  if (found.size > 0) return [...found.values()];
  throw new LacssError('no-images', `There are no TIFF or PNG images in ${paths.join(', ')}.`, {
    subject: paths[0] ?? '',
    remedy: 'Choose a folder with .tif, .tiff or .png files.',
  });
}

async function filesOf(path: string): Promise<FoundFile[]> {
  try {
    const entry = await stat(path);
    return entry.isDirectory() ? await filesBelow(path, path) : [{ path, name: basename(path) }];
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

async function filesBelow(folder: string, root: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isProject = entries.some(({ name }) => name === manifestName);
  const files: FoundFile[] = [];
  for (const entry of entries.sort((a, b) => byName.compare(a.name, b.name))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (!isProject || !ownFolders.has(entry.name)) files.push(...(await filesBelow(path, root)));
    } else if (imageName.test(entry.name)) {
      files.push({ path, name: relative(root, path).split(sep).join('/') });
    }
  }
  return files;
}

/** Folders of a project that contain no images. */
const ownFolders = new Set(['annotations', 'models', 'predictions', 'exports']);

/** `field 2` before `field 10`. */
const byName = new Intl.Collator('en', { numeric: true });
