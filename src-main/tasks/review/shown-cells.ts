import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import type { LabelRuns, Segmentation } from '../../contract/pixels.ts';
import type { ReviewSettings } from '../../contract/project-files.ts';
import type { LeftOutCells } from '../../contract/requests/result-requests.ts';
import { cellStates } from '../../contract/review-document.ts';
import type { CellMask, ReviewCell } from '../../contract/review-document.ts';
import { boxesMeet, boxOf, cellMaskOf, clearMask, regionOf } from '../../imaging/cells/cell-mask.ts';
import { keepOnePiece } from '../../imaging/cells/keep-one-piece.ts';
import { clearRuns } from '../../imaging/cells/label-cells.ts';
import type { Project } from '../../project/project.ts';
import { foundCells } from './found-cells.ts';
import { openReview, unreviewed } from './open-review.ts';
import type { OpenReview } from './open-review.ts';

/** Cells of an image that are measured, exported or judged. Labels are their ids. */
export interface CellsOfImage {
  segmentation: Segmentation<LabelRuns>;
  /** The model that found them first; `null` for imported cells. */
  model: string | null;
  leftOut: LeftOutCells;
}

/**
 * The cells of an image under review.
 * @param settings which cells are shown: without rejected ones and found ones below the score. `null`: all
 *   cells
 * @param model takes the cells that this model found; a person's review counts if it is of them
 * @returns null if the image has no cells yet (of this model)
 * @throws LacssError as `openReview`
 */
export async function cellsOfImage(
  project: Project,
  imageId: string,
  settings: ReviewSettings | null,
  model?: string,
): Promise<CellsOfImage | null> {
  const image = project.image(imageId);
  const review = await openReview(project, imageId).catch((error: unknown) => {
    // The review of another model's cells does not concern these.
    if (model === undefined) throw error;
    return null;
  });
  if (model === undefined || review?.document.prediction?.model === model)
    return review === null ? null : cellsOf(review, settings);
  const record = await project.prediction(model, image).record();
  const found = record === null ? null : await foundCells(project, image, { model, madeAt: record.at });
  return found === null ? null : cellsOf(unreviewed(found), settings);
}

/** The cells of a document, as {@link cellsOfImage}. */
export function cellsOf(
  { document, shapes, found }: OpenReview,
  settings: ReviewSettings | null,
): CellsOfImage {
  const least = settings === null ? 0 : leastScore(settings, found?.record.modelMinScore);
  const leftOut: LeftOutCells = { rejected: 0, belowScore: 0 };
  const shown: ReviewCell[] = [];
  const rejected: ReviewCell[] = [];
  for (const cell of document.cells) {
    if (shapes.box(cell.id) === null) continue;
    if (cell.state === 'rejected') rejected.push(cell);
    else if (isBelowScore(cellStates.indexOf(cell.state), cell.score, least)) leftOut.belowScore += 1;
    else shown.push(cell);
  }
  const ids = new Set(shown.map(({ id }) => id));
  let labels = shapes.labelRuns(({ id }) => ids.has(id));
  if (settings === null) {
    const free = onFreePixels(labels, rejected, shapes);
    labels = shapes.labelRuns(({ id }) => ids.has(id), free);
    shown.push(...rejected.filter(({ id }) => free.has(id)));
    shown.sort((a, b) => a.id - b.id);
  } else {
    leftOut.rejected = rejected.length;
  }
  return {
    segmentation: {
      labels,
      scores: Float32Array.from(shown, ({ score }) => score),
      locations: Float32Array.from(shown.flatMap(({ location }) => [location.y, location.x])),
    },
    model: document.prediction?.model ?? null,
    leftOut,
  };
}

/** The parts of cells that no other cell has. Of each cell, the largest piece. */
function onFreePixels(
  labels: LabelRuns,
  cells: readonly ReviewCell[],
  shapes: OpenReview['shapes'],
): Map<number, CellMask> {
  const placed = new Map<number, CellMask>();
  for (const { id } of cells) {
    const region = regionOf(shapes.mask(id)!);
    clearRuns(region, labels);
    for (const mask of placed.values()) {
      if (boxesMeet(boxOf(mask), boxOf(region))) clearMask(region, mask);
    }
    keepOnePiece(region);
    const mask = cellMaskOf(region);
    if (mask !== null) placed.set(id, mask);
  }
  return placed;
}
