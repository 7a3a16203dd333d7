import { basename } from 'node:path';
import { float32At } from '../../contract/elements.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import type { AnnotationPart, AnnotationSource, ImageEntry } from '../../contract/project-files.ts';
import { labelAt } from '../../imaging/label/cut-labels.ts';
import { runsOf } from '../../imaging/label/runs-of.ts';
import { companionsOf, namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { lostWarning, readCellsFile } from '../../project/read-cells-file.ts';
import { forEachItem } from '../for-each-item.ts';

export interface AttachLabelsParams {
  /** A folder of label images with the names of the images. */
  folder: string;
  /** Ids or names. @default all */
  images?: readonly string[];
}

/** The label image attached to an image. */
export interface AttachedLabels {
  cells: number;
  /** Why it may belong to another image, and how many cells of the file were left out. */
  warning: string | null;
}

export interface AttachLabelsResult {
  attached: ({ image: string; name: string; file: string } & AttachedLabels)[];
  failures: Failure[];
}

/**
 * Attaches label images to their images. Training images then have full supervision, validation images have
 * AP.
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
      const path = files.path(namedFile(image), 'label image');
      const result = await attachLabelFile(project, image, path);
      attached.push({ image: image.id, name: image.name, file: path, ...result });
    },
  );
  return { attached, failures };
}

/**
 * Attaches a label image to one image. Outlines of other programs become a label image.
 * @throws LacssError `image-size-mismatch`, `file-damaged`, `file-unsupported`
 */
export async function attachLabelFile(
  project: Project,
  image: ImageEntry,
  path: string,
  editId?: string,
): Promise<AttachedLabels> {
  const { labels: read, lost } = await readCellsFile(path, image, project.manifest.images);
  const value = runsOf(read);
  const found = await countPointsInside(project, image, value);
  const source = { method: 'labels', by: 'person', parameters: { file: path, lost, ...found } } as const;
  const { state } = await project
    .annotation(image)
    .edit('Attach a label image', { labels: { value, source } }, editId);
  const { labels } = state;
  return labels === null
    ? { cells: 0, warning: null }
    : { cells: labels.count, warning: labelWarning(image.name, labels) };
}

/** Detaches the label images of some images. Their source files stay. It is one step of undo per image. */
export async function detachLabels(
  project: Project,
  images: readonly ImageEntry[],
  editId?: string,
): Promise<ImageEntry[]> {
  const detached: ImageEntry[] = [];
  for (const image of images) {
    const annotation = project.annotation(image);
    const { state } = await annotation.view();
    // A person may have attached another one since the first request of this edit.
    if (state.labels === null || (editId !== undefined && (await annotation.holds(editId)))) continue;
    await annotation.edit('Detach the label image', { labels: null }, editId);
    detached.push(image);
  }
  return detached;
}

/** With fewer points there is no warning. */
const fewestPoints = 3;

/** The warning about a label image, from the record of its attachment; `null` without one. */
export function labelWarning(image: string, { source: { parameters } }: AnnotationPart): string | null {
  const warnings = [lostWarning(parameters), strangerWarning(image, parameters)];
  return warnings.filter((warning) => warning !== null).join(' ') || null;
}

/** Why a label image may belong to another image; `null` if it fits. */
function strangerWarning(
  image: string,
  { file, points, pointsInside }: AnnotationSource['parameters'],
): string | null {
  if (typeof file !== 'string' || typeof points !== 'number' || typeof pointsInside !== 'number') return null;
  if (points < fewestPoints || pointsInside >= points / 2) return null;
  return `${basename(file)} may belong to another image: ${pointsInside} of the ${points} points of ${image} are inside its cells.`;
}

/** How many of the image's points are inside cells of a label image. */
async function countPointsInside(
  project: Project,
  image: ImageEntry,
  labels: LabelRuns,
): Promise<{ points: number; pointsInside: number } | null> {
  const locations = await project.annotation(image).read('locations');
  if (locations === null) return null;
  const points = locations.length / 2;
  let pointsInside = 0;
  for (let k = 0; k < points; k++) {
    const [y, x] = [Math.floor(float32At(locations, 2 * k)), Math.floor(float32At(locations, 2 * k + 1))];
    if (labelAt(labels, y, x) !== 0) pointsInside++;
  }
  return { points, pointsInside };
}
