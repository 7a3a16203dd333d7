import { float32At, uint32At } from '../../contract/elements.ts';
import { leastScore } from '../../contract/is-below-score.ts';
import type { ContourSet } from '../../contract/pixels.ts';
import type { PredictionRecord } from '../../contract/project-files.ts';
import type {
  PredictionOrigin,
  ReviewCells,
  ReviewFigures,
  ReviewPatch,
  ReviewView,
} from '../../contract/requests/review-requests.ts';
import { cellStates } from '../../contract/review-document.ts';
import type { ReviewCell } from '../../contract/review-document.ts';
import { masksEqual } from '../../imaging/cells/cell-mask.ts';
import { outlineMask } from '../../imaging/cells/outline-mask.ts';
import { packContours } from '../../imaging/contours/pack-contours.ts';
import type { Ring } from '../../imaging/contours/pack-contours.ts';
import { takeOverPrediction } from './open-review.ts';
import type { OpenReview } from './open-review.ts';
import type { Project } from '../../project/project.ts';

/** The cells of an image under review, with the earlier review carried over; null if there are none yet. */
export async function readReview(project: Project, imageId: string): Promise<ReviewView | null> {
  const image = project.image(imageId);
  const review = await project.annotation(image).inTurn(() => takeOverPrediction(project, image.id));
  if (review === null) return null;
  const cells = visible(review);
  const figures = columnsOf(cells, review);
  return {
    image: image.id,
    ...figures,
    contours: allContours(cells, review),
    ...originOf(review),
    ...figuresOf(figures, review),
  };
}

/** The cells that have a shape: all except those that other cells cover. */
function visible({ document, shapes }: OpenReview): ReviewCell[] {
  return document.cells.filter(({ id }) => shapes.box(id) !== null);
}

function columnsOf(cells: readonly ReviewCell[], { shapes }: OpenReview): Omit<ReviewCells, 'contours'> {
  const locations = new Float32Array(2 * cells.length);
  for (const [i, { location }] of cells.entries()) locations.set([location.y, location.x], 2 * i);
  return {
    ids: Uint32Array.from(cells, ({ id }) => id),
    states: Uint8Array.from(cells, ({ state }) => cellStates.indexOf(state)),
    scores: Float32Array.from(cells, ({ score }) => score),
    areasPx: Float32Array.from(cells, ({ id }) => shapes.areaPx(id)),
    locations,
  };
}

/** The outlines of the prediction. Those of cells with other shapes are replaced. */
function allContours(cells: readonly ReviewCell[], { found, shapes }: OpenReview): ContourSet {
  const rings: Ring[] = [];
  const idOf = new Map<number, number>();
  for (const { id, mask, label } of cells) {
    if (mask === null && !shapes.isTrimmed(id)) idOf.set(label ?? 0, id);
    else rings.push(...outlinesOf(id, shapes));
  }
  if (found !== null) {
    const { points, ringStarts, ringLabels } = found.contours;
    for (let ring = 0; ring < ringLabels.length; ring++) {
      const id = idOf.get(uint32At(ringLabels, ring));
      if (id === undefined) continue;
      rings.push({
        label: id,
        points: points.subarray(2 * uint32At(ringStarts, ring), 2 * uint32At(ringStarts, ring + 1)),
      });
    }
  }
  return packContours(rings);
}

function outlinesOf(id: number, shapes: OpenReview['shapes']): Ring[] {
  const mask = shapes.mask(id);
  return mask === null ? [] : outlineMask(id, mask);
}

function originOf({
  document,
  found,
}: OpenReview): Pick<ReviewView, 'prediction' | 'madeBy' | 'modelMinScore'> {
  return {
    prediction: found?.id ?? document.prediction,
    madeBy: found === null ? null : predictionOrigin(found.record),
    modelMinScore: leastScore({ minScore: null }, found?.record.modelMinScore),
  };
}

function predictionOrigin({
  at,
  elapsedMs,
  parameters,
  diameterPx,
  computedBy,
  note,
}: PredictionRecord): PredictionOrigin {
  return {
    at,
    elapsedMs,
    views: parameters.views === 4 ? 4 : 1,
    diameterPx: diameterPx ?? null,
    computedBy: computedBy ?? null,
    ...(note === undefined ? {} : { note }),
  };
}

function figuresOf(
  { scores, areasPx }: Pick<ReviewCells, 'scores' | 'areasPx'>,
  { document: { allChecked, revision, nextId } }: OpenReview,
): ReviewFigures {
  return {
    order: worstFirst(scores, areasPx),
    usual: { score: medianOf(scores), areaPx: medianOf(areasPx) },
    allChecked,
    revision,
    nextId,
  };
}

/** The change from one state of an image's cells to a later one. */
export function patchBetween(image: string, before: OpenReview, after: OpenReview): ReviewPatch {
  const earlier = new Map(visible(before).map((cell) => [cell.id, cell]));
  const cells = visible(after);
  const changed = cells.filter((cell) => {
    const was = earlier.get(cell.id);
    earlier.delete(cell.id);
    return was === undefined || !looksSame(was, cell, before, after);
  });
  const rings = changed.flatMap(({ id }) => outlinesOf(id, after.shapes));
  const { scores, areasPx } = columnsOf(cells, after);
  return {
    image,
    since: before.document.revision,
    changed: { ...columnsOf(changed, after), contours: packContours(rings) },
    removed: Uint32Array.from(earlier.keys()),
    ...originOf(after),
    ...figuresOf({ scores, areasPx }, after),
  };
}

function looksSame(a: ReviewCell, b: ReviewCell, before: OpenReview, after: OpenReview): boolean {
  if (a.state !== b.state || a.score !== b.score) return false;
  if (a.location.y !== b.location.y || a.location.x !== b.location.x) return false;
  const isAsFound = (cell: ReviewCell, { shapes }: OpenReview): boolean =>
    cell.mask === null && !shapes.isTrimmed(cell.id);
  if (isAsFound(a, before) && isAsFound(b, after) && before.found === after.found) return a.label === b.label;
  const [was, is] = [before.shapes.mask(a.id), after.shapes.mask(b.id)];
  return was !== null && is !== null && (was === is || masksEqual(was, is));
}

/** Weight of a cell with twice or half the usual area, relative to a score of 0 … 1. */
const sizeWeight = 0.25;

/** Cells in the order for review: low scores and unusual sizes first. */
export function worstFirst(scores: Float32Array, areasPx: Float32Array): Uint32Array {
  const median = medianOf(areasPx);
  const doubt = Float32Array.from(
    scores,
    (score, i) =>
      1 - score + sizeWeight * Math.abs(Math.log2(Math.max(float32At(areasPx, i), 1) / Math.max(median, 1))),
  );
  return Uint32Array.from(scores.keys()).sort((a, b) => float32At(doubt, b) - float32At(doubt, a) || a - b);
}

/** The larger of two middle values; 0 without values. */
export function medianOf(values: Float32Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}
