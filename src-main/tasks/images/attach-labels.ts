import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project.ts';
import { companionsOf, namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { readLabelImage } from '../../project/read-label-image.ts';
import { forEachItem } from '../for-each-item.ts';

export interface AttachLabelsParams {
  /** A folder of label images that are called like the images. */
  folder: string;
  /** Ids or names. @default all */
  images?: readonly string[];
}

export interface AttachLabelsResult {
  attached: { image: string; name: string; cells: number }[];
  failures: Failure[];
}

/**
 * Gives images the label images that belong to them: full supervision where they are trained on, AP where they are kept
 * for validation.
 * @throws LacssError `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function attachLabels(
  project: Project,
  { folder, images }: AttachLabelsParams,
  control: JobControl,
): Promise<AttachLabelsResult> {
  const files = await companionsOf(project.manifest.images, folder, 'labels');
  const attached: AttachLabelsResult['attached'] = [];
  const failures = await forEachItem(
    project.images(images),
    control,
    { message: 'Reading labels of', nameOf: ({ name }) => name },
    async (image) => {
      const cells = await attachLabelFile(project, image, files.path(namedFile(image), 'label image'));
      attached.push({ image: image.id, name: image.name, cells });
    },
  );
  return { attached, failures };
}

/**
 * Attaches a label image to one image.
 * @returns how many cells it has
 * @throws LacssError `image-size-mismatch`, `file-damaged`, `file-unsupported`
 */
export async function attachLabelFile(project: Project, image: ImageEntry, path: string): Promise<number> {
  const value = await readLabelImage(await readBytes(path), path);
  const source = { method: 'labels', by: 'person', parameters: { file: path } } as const;
  const { state } = await project
    .annotation(image)
    .edit('Attach a label image', { labels: { value, source } });
  return state.labels?.count ?? 0;
}
