import { basename, join } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { AddedImages } from '../../contract/requests/images.ts';
import { fileError } from '../../project/file-error.ts';
import { hashBytes } from '../../project/hash-bytes.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { readLabelImage } from '../../project/read-label-image.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { add } from './add.ts';
import { droppedFolder } from './dropped-folder.ts';

/**
 * Adds images to the project. Files stay where they are, except those dropped on a page in a browser: they have no other
 * home, so they are copied into the project.
 */
export async function addImages(
  project: Project,
  { paths, options }: CheckedParams<'images.add'>,
  control: JobControl,
): Promise<AddedImages> {
  const settled: string[] = [];
  for (const path of paths) {
    settled.push(path.startsWith(droppedFolder) ? await copyInto(project, path) : path);
  }
  const { channelPattern, axes, roles, pixelSizeUm } = options;
  const { added, known, labelFiles, failures } = await add(
    project,
    {
      paths: settled,
      ...(channelPattern === undefined || channelPattern === '' ? {} : { channelPattern }),
      ...(axes === undefined ? {} : { axes }),
      ...(roles === undefined ? {} : { roles }),
      ...(pixelSizeUm === undefined ? {} : { pixelSizeUm: pixelSizeUm.x }),
    },
    control,
  );
  return { added: added.map(({ id }) => id), known, labelFiles, failures };
}

/** Copies a file into the project, beside another of its name if need be. @returns the copy */
async function copyInto(project: Project, path: string): Promise<string> {
  const folder = project.path('images');
  const bytes = await readBytes(path);
  const [, stem = '', ending = ''] = /^(.*?)((?:\.ome)?\.[^.]*)?$/i.exec(basename(path)) ?? [];
  for (let count = 1; ; count++) {
    const copy = join(folder, count === 1 ? stem + ending : `${stem}-${count}${ending}`);
    try {
      // Another image of the project may be called the same: its file must not be lost.
      const there = await readBytes(copy).catch((error: unknown) => {
        if (error instanceof LacssError && error.code === 'file-not-found') return null;
        throw error;
      });
      if (there !== null && hashBytes(there) === hashBytes(bytes)) return copy;
      if (there !== null) continue;
      await writeFileAtomically(copy, bytes);
      return copy;
    } catch (error) {
      throw fileError(error, copy, 'write');
    }
  }
}

/** Attaches a label image to one image. @throws LacssError `image-size-mismatch`, `file-damaged`, `file-unsupported` */
export async function attachLabelsTo(project: Project, imageId: string, path: string): Promise<void> {
  const value = await readLabelImage(await readBytes(path), path);
  const source = { method: 'labels', by: 'person', parameters: { file: path } } as const;
  await project
    .annotation(project.image(imageId))
    .edit('Attach a label image', { labels: { value, source } });
}
