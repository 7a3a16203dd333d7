import { stat } from 'node:fs/promises';
import type { JobControl } from '../../contract/job.ts';
import type { ImageFile } from '../../contract/project-files.ts';
import { hashFile } from '../../project/hash-file.ts';
import { listImageFiles } from '../../project/list-image-files.ts';
import { locateImageFile, pathFromProject } from '../../project/locate-image-file.ts';
import type { Project } from '../../project/project.ts';
import { throwIfCancelled } from '../for-each-item.ts';

export interface RelinkResult {
  /** Files that were found again, by their last known paths. */
  found: { from: string; to: string }[];
  /** Files that are still missing. */
  missing: string[];
}

/**
 * Finds moved image files by their content, with any name, in a folder and below.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function relink(
  project: Project,
  { folder }: { folder: string },
  { signal, onProgress }: JobControl,
): Promise<RelinkResult> {
  project.refuseWhenReadOnly();
  const lost = new Map<string, ImageFile>();
  for (const file of project.manifest.images.flatMap(({ files }) => files)) {
    const isThere = await locateImageFile(project, file).then(
      () => true,
      () => false,
    );
    if (!isThere) lost.set(file.sha256, file);
  }
  const sizes = new Set([...lost.values()].map(({ bytes }) => bytes));
  const places = new Map<string, string>();
  const files = lost.size === 0 ? [] : await listImageFiles([folder]);
  for (const [index, { path, name }] of files.entries()) {
    throwIfCancelled(signal);
    onProgress({ done: index, total: files.length, message: `Checking ${name}` });
    // Only files of the right size are read and hashed.
    if (!sizes.has((await stat(path)).size)) continue;
    const { sha256 } = await hashFile(path);
    if (lost.has(sha256)) places.set(sha256, path);
  }
  if (places.size > 0)
    await project.update((manifest) => ({ ...manifest, images: manifest.images.map(moved) }));
  return {
    found: [...places].map(([sha256, to]) => ({ from: lost.get(sha256)!.lastSeenAt, to })),
    missing: [...lost.values()]
      .filter(({ sha256 }) => !places.has(sha256))
      .map(({ lastSeenAt }) => lastSeenAt),
  };

  function moved<T extends { files: ImageFile[] }>(image: T): T {
    const relinked = image.files.map((file) => {
      const to = places.get(file.sha256);
      return to === undefined ? file : { ...file, path: pathFromProject(project.folder, to), lastSeenAt: to };
    });
    return { ...image, files: relinked };
  }
}
