import { readdir } from 'node:fs/promises';
import { fileError, systemCode } from '../../contract/file-error.ts';
import type { Project } from '../../project/project.ts';
import { readRemoved } from './removed-images.ts';

/**
 * The ids that a new image must not get, in lower case. They are the ids of all images, also removed ones,
 * and the names of all folders of annotations and predictions. A new image with such an id would get another
 * image's annotation.
 * @throws LacssError `file-unreadable`
 */
export async function takenIds(project: Project): Promise<Set<string>> {
  const ids = project.manifest.images.map(({ id }) => id);
  ids.push(...(await readRemoved(project)).map(({ entry }) => entry.id));
  ids.push(...(await namesIn(project.path('annotations'))));
  const predictions = project.path('predictions');
  for (const model of await namesIn(predictions))
    ids.push(...(await namesIn(project.path('predictions', model))));
  // For some file systems, `Field` and `field` are the same folder.
  return new Set(ids.map((id) => id.toLowerCase()));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw fileError(error, folder, 'read');
  }
}
