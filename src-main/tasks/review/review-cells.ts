import { leastScore } from '../../contract/is-below-score.ts';
import type { AnnotationSource, ImageEntry, PredictionRecord } from '../../contract/project.ts';
import { LacssError } from '../../contract/errors.ts';
import { reviewMarks } from '../../contract/requests/review.ts';
import type {
  MarkedCells,
  PredictionId,
  PredictionOrigin,
  ReviewCounts,
  ReviewMark,
  ReviewView,
} from '../../contract/requests/review.ts';
import { outlineCells } from '../../imaging/contours/outline-cells.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import { instanceLabels } from '../../imaging/label/instance-labels.ts';
import type { Project } from '../../project/project.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import type { LatestPrediction } from '../../project/latest-prediction.ts';
import { readMarks, readMarksWithRevision } from './read-marks.ts';

/** The latest prediction of an image with what a person has said of its cells; null when there is none. */
export async function readReview(project: Project, imageId: string): Promise<ReviewView | null> {
  const image = project.image(imageId);
  const latest = await latestPrediction(project, image.id);
  const kept = await latest?.store.read();
  if (latest === null || kept === null || kept === undefined) return null;
  const { labels, scores, locations } = kept.segmentation;
  const found = instanceLabels(labels);
  const areasPx = cellAreas(labels);
  const slots = Math.max(latest.record.cells, found.at(-1) ?? 0);
  const { marks, revision } = await readMarksWithRevision(project, imageId, latest, slots);
  const isThere = new Set(found);
  // A cell that a person has removed from the label image by hand is a deleted cell.
  for (const cell of marks.keys()) if (!isThere.has(cell + 1)) marks[cell] = reviewMarks.indexOf('deleted');
  return {
    image: image.id,
    model: latest.model,
    contours: outlineCells(labels),
    scores: atLabels(found, scores, slots, 1),
    locations: atLabels(found, locations, slots, 2),
    areasPx: atLabels(found, areasPx, slots, 1),
    madeBy: originOf(kept.record),
    modelMinScore: leastScore({ minScore: null }, kept.record.modelMinScore),
    marks,
    revision,
    order: worstFirst(scores, areasPx).map((i) => found[i]! - 1),
    usual: { score: medianOf(scores), areaPx: medianOf(areasPx) },
  };
}

/** Puts the values of each cell, `each` per cell, where its label says; the rest is 0. */
function atLabels(labels: Float64Array, values: Float32Array, slots: number, each: number): Float32Array {
  const placed = new Float32Array(slots * each);
  for (const [i, label] of labels.entries())
    placed.set(values.subarray(i * each, (i + 1) * each), (label - 1) * each);
  return placed;
}

function originOf({ at, elapsedMs, parameters, diameterPx, computedBy }: PredictionRecord): PredictionOrigin {
  return {
    at,
    elapsedMs,
    views: parameters.views === 4 ? 4 : 1,
    diameterPx: diameterPx ?? null,
    computedBy: computedBy ?? null,
  };
}

/**
 * Marks cells of a prediction; one step of undo.
 * @throws LacssError `annotation-missing`, `annotation-invalid` when it is not the latest prediction, or has
 * no such cell
 */
export async function markCells(
  project: Project,
  imageId: string,
  prediction: PredictionId,
  cells: readonly number[],
  mark: ReviewMark,
  editId: string,
): Promise<void> {
  const image = project.image(imageId);
  const latest = await requirePrediction(project, image);
  if (prediction.model !== latest.model || prediction.madeAt !== latest.record.at) {
    throw new LacssError('annotation-invalid', `${image.name} was segmented again. No cell was marked.`, {
      subject: image.name,
      remedy: 'Look at the new cells, then mark them.',
    });
  }
  let marks = await readMarks(project, imageId, latest);
  if (cells.some((cell) => cell >= marks.length)) {
    // A person may have added cells to the label image and its table.
    const kept = await latest.store.read();
    const largest = kept === null ? 0 : (instanceLabels(kept.segmentation.labels).at(-1) ?? 0);
    marks = await readMarks(project, imageId, latest, Math.max(marks.length, largest));
  }
  for (const cell of cells) {
    if (cell >= marks.length) {
      throw new LacssError(
        'annotation-invalid',
        `${image.name} has ${marks.length} cells, not ${cell + 1}.`,
        { subject: image.name, remedy: 'Look at the cells as they are now, then mark them.' },
      );
    }
    marks[cell] = reviewMarks.indexOf(mark);
  }
  const value = { model: latest.model, madeAt: latest.record.at, marks };
  const source: AnnotationSource = { method: 'review', by: 'person', parameters: {} };
  await project
    .annotation(image)
    .edit(titleOf(mark, cells.length), { review: { value, source } }, undefined, editId);
}

/** The marks of the latest prediction's cells. @throws LacssError `annotation-missing` where there is none */
export async function readMarkedCells(project: Project, imageId: string): Promise<MarkedCells> {
  const image = project.image(imageId);
  const latest = await requirePrediction(project, image);
  const prediction = { model: latest.model, madeAt: latest.record.at };
  return { image: imageId, prediction, ...(await readMarksWithRevision(project, imageId, latest)) };
}

async function requirePrediction(project: Project, image: ImageEntry): Promise<LatestPrediction> {
  const latest = await latestPrediction(project, image.id);
  if (latest !== null) return latest;
  throw new LacssError('annotation-missing', `${image.name} has not been segmented yet.`, {
    subject: image.name,
    remedy: 'Segment it first.',
  });
}

/** How many cells of each image are judged; images without a prediction are left out. */
export async function countReviews(project: Project): Promise<ReviewCounts[]> {
  const counts: ReviewCounts[] = [];
  for (const image of project.manifest.images) {
    const latest = await latestPrediction(project, image.id).catch(noneAtFault);
    if (latest === null) continue;
    const marks = await readMarks(project, image.id, latest).catch(noneAtFault);
    if (marks !== null) counts.push(countMarks(image.id, marks));
  }
  return counts;
}

/** A fault of one image stays with it: its summary says what is wrong, and the others are counted. */
function noneAtFault(error: unknown): null {
  if (error instanceof LacssError) return null;
  throw error;
}

function countMarks(image: string, marks: Uint8Array): ReviewCounts {
  const count = (mark: ReviewMark): number => {
    const wanted = reviewMarks.indexOf(mark);
    return marks.reduce((sum, value) => sum + Number(value === wanted), 0);
  };
  return {
    image,
    cells: marks.length,
    unseen: count('unseen'),
    accepted: count('accepted'),
    rejected: count('rejected'),
    deleted: count('deleted'),
  };
}

function titleOf(mark: ReviewMark, count: number): string {
  const verb = {
    unseen: 'Take back the judgement of',
    accepted: 'Accept',
    rejected: 'Reject',
    deleted: 'Delete',
  }[mark];
  return count === 1 ? `${verb} a cell` : `${verb} ${count} cells`;
}

/** How much a cell of twice or half the usual area counts beside a score of 0 … 1. */
const sizeWeight = 0.25;

/** Cells in the order in which they deserve a look: low scores and unusual sizes first. */
export function worstFirst(scores: Float32Array, areasPx: Float32Array): Uint32Array {
  const median = medianOf(areasPx);
  const doubt = Float32Array.from(
    scores,
    (score, i) =>
      1 - score + sizeWeight * Math.abs(Math.log2(Math.max(areasPx[i]!, 1) / Math.max(median, 1))),
  );
  return Uint32Array.from(scores.keys()).sort((a, b) => doubt[b]! - doubt[a]! || a - b);
}

/** The larger of two in the middle; 0 where there is nothing. */
function medianOf(values: Float32Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}
