import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JobControl } from '../../contract/job.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { AddedImages } from '../../contract/requests/images.ts';
import { fileError } from '../../project/file-error.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { readLabelImage } from '../../project/read-label-image.ts';
import { add } from '../jobs/add.ts';

/**
 * Adds images to the project. Files stay where they are, except those dropped on a page in a browser: they have no other
 * home, so they are copied into the project.
 * @param dropped folder of dropped files, if there are any
 */
export async function addImages(
  project: Project,
  { paths, options }: CheckedParams<'images.add'>,
  dropped: string | null,
  control: JobControl,
): Promise<AddedImages> {
  const settled = await Promise.all(
    paths.map((path) => (dropped !== null && path.startsWith(dropped) ? copyInto(project, path) : path)),
  );
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

async function copyInto(project: Project, path: string): Promise<string> {
  const copy = join(project.path('images'), basename(path));
  try {
    await mkdir(project.path('images'), { recursive: true });
    await copyFile(path, copy);
  } catch (error) {
    throw fileError(error, copy, 'write');
  }
  return copy;
}

/** Attaches a label image to one image. @throws LacssError `image-size-mismatch`, `file-damaged`, `file-unsupported` */
export async function attachLabelsTo(project: Project, imageId: string, path: string): Promise<void> {
  const value = await readLabelImage(await readBytes(path), path);
  const source = { method: 'labels', by: 'person', parameters: { file: path } } as const;
  await project
    .annotation(project.image(imageId))
    .edit('Attach a label image', { labels: { value, source } });
}
