import { basename } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { AnnotationState, ImageEntry } from '../../contract/project-files.ts';
import type { ImportedFile, ImportRole } from '../../contract/requests/review-requests.ts';
import { runsOf } from '../../imaging/label/runs-of.ts';
import type { Project } from '../../project/project.ts';
import { lostWarning, readCellsFile } from '../../project/read-cells-file.ts';
import { labelledRecord } from '../foreground/foreground-records.ts';
import { attachLabelFile, labelWarning } from '../images/attach-labels.ts';
import { summariseImage } from '../images/summarise-image.ts';
import { centresRecord, fileRecord } from '../locations/location-records.ts';
import { centresOfMass } from '../../imaging/label/centres-of-mass.ts';
import { importCells } from '../review/import-cells.ts';
import { isPointFile } from './plan-import.ts';

/** The result of an import for one image. */
export interface FileImport {
  /** Cells, or points of an annotation. */
  count: number;
  /** Cells that are left out, because cells that a person accepted, edited or added cover them. */
  leftOut: number;
  /** Why the file may belong to another image, and which of its cells have no pixel. */
  warning: string | null;
}

/**
 * Imports a file of another program for one image, as one step of undo. It becomes cells under review, truth
 * (a label image), or annotation (foreground and points). A table of points can only be annotation.
 * @throws LacssError `setting-invalid` for a table of points as cells or truth, and what the readers and
 *   `AnnotationStore.edit` throw
 */
export async function importFile(
  project: Project,
  imageId: string,
  { path, as }: { path: string; as: ImportRole },
  editId?: string,
): Promise<FileImport> {
  const image = project.image(imageId);
  if (isPointFile(path) && as !== 'annotation') {
    throw new LacssError('setting-invalid', `${path} has points, and no outlines of cells.`, {
      subject: path,
      remedy: 'Import it as annotation.',
    });
  }
  switch (as) {
    case 'cells': {
      const { cells, leftOut, lost } = await importCells(project, image.id, path, editId);
      return { count: cells, leftOut, warning: lostWarning({ file: path, lost }) };
    }
    case 'truth': {
      const { cells, warning } = await attachLabelFile(project, image, path, editId);
      return { count: cells, leftOut: 0, warning };
    }
    case 'annotation':
      return { leftOut: 0, ...(await importAnnotation(project, image, path, editId)) };
  }
}

/** The state of an image after an import, also after one that was made before. */
export async function importAnswer(
  project: Project,
  imageId: string,
  { path, as }: { path: string; as: ImportRole },
): Promise<ImportedFile> {
  const image = project.image(imageId);
  const { state } = await project.annotation(image).view();
  const leftOut = as === 'cells' ? Number(state.review?.source.parameters.leftOut ?? 0) : 0;
  const warning = warningOf(image, state, { path, as });
  return { image: await summariseImage(project, image), leftOut, warning };
}

function warningOf(
  image: ImageEntry,
  { review, labels, foreground }: AnnotationState,
  { path, as }: { path: string; as: ImportRole },
): string | null {
  if (as === 'truth') return labels === null ? null : labelWarning(image.name, labels);
  // Points do not change the foreground of an earlier file.
  if (isPointFile(path)) return null;
  return lostWarning((as === 'cells' ? review : foreground)?.source.parameters ?? {});
}

/** @returns the number of points of the image */
async function importAnnotation(
  project: Project,
  image: ImageEntry,
  path: string,
  editId: string | undefined,
): Promise<Pick<FileImport, 'count' | 'warning'>> {
  const title = `Import ${basename(path)}`;
  const store = project.annotation(image);
  if (isPointFile(path)) {
    const { change } = await fileRecord(path, 'csv', image);
    const { state } = await store.edit(title, { locations: change }, editId);
    return { count: state.locations?.count ?? 0, warning: null };
  }
  const { labels: read, lost } = await readCellsFile(path, image, project.manifest.images);
  const labels = runsOf(read);
  const foreground = labelledRecord(labels, path, lost).change;
  const locations = centresRecord(centresOfMass(labels), path).change;
  const { state } = await store.edit(title, { foreground, locations }, editId);
  return { count: state.locations?.count ?? 0, warning: lostWarning({ file: path, lost }) };
}
