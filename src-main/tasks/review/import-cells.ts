import { basename } from 'node:path';
import { CellShapes } from '../../imaging/cells/cell-shapes.ts';
import { labelCells } from '../../imaging/cells/label-cells.ts';
import { runsOf } from '../../imaging/label/runs-of.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import type { Project } from '../../project/project.ts';
import { emptyLabels, importOver } from './carry-over.ts';
import { reviewSource, takeOverPrediction } from './open-review.ts';
import { readCellsFile } from '../../project/read-cells-file.ts';

/** The result of an import. */
export interface ImportedCells {
  /** Number of cells in the file. */
  cells: number;
  /** Cells that were left out, because cells that a person accepted, edited or added cover them. */
  leftOut: number;
  /** Cells without a pixel, because later cells of the file cover them. */
  lost: number;
}

/**
 * Imports the cells of a file for review, instead of those that a model found. The earlier review is carried
 * over, as after a new segmentation. It is one step of undo.
 * @throws LacssError as `readCellsFile` and `AnnotationStore.edit`
 */
export async function importCells(
  project: Project,
  imageId: string,
  path: string,
  editId?: string,
): Promise<ImportedCells> {
  const image = project.image(imageId);
  const { labels: read, lost } = await readCellsFile(path, image, project.manifest.images);
  const labels = runsOf(read);
  const imported = { labels, cells: labelCells(labels) };
  const review = await takeOverPrediction(project, image.id);
  const before = review ?? {
    document: { cells: [], nextId: 1 },
    shapes: new CellShapes(emptyLabels(image), []),
  };
  const { review: value, leftOut } = importOver(before, imported);
  const latest = await latestPrediction(project, image.id);
  const newest = latest === null ? null : { model: latest.model, madeAt: latest.record.at };
  const source = reviewSource({ newest }, value, 'person');
  const parameters = { ...source.parameters, file: basename(path), leftOut, lost };
  await project
    .annotation(image)
    .edit(`Import ${basename(path)}`, { review: { value, source: { ...source, parameters } } }, editId);
  return { cells: imported.cells.size, leftOut, lost };
}
