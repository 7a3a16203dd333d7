import type { CellLabels } from '../../contract/pixels.ts';
import type { AnnotationState, ImageEntry } from '../../contract/project-files.ts';
import type { ReviewDocument } from '../../contract/review-document.ts';
import type { CorrectionCounts } from '../../contract/teaching.ts';
import { boxOf, eachRun } from '../../imaging/cells/cell-mask.ts';
import { keepLabels } from '../../imaging/label/keep-labels.ts';
import { countInstances } from '../../imaging/label/number-instances.ts';
import { SpanPainter } from '../../imaging/label/span-painter.ts';
import { fewestCells } from '../../model/image-scale.ts';
import type { Project } from '../../project/project.ts';
import type { ReviewedCells } from '../../training/reviewed-cells.ts';
import type { CellCount } from '../../training/training-example.ts';
import { countsSchema, countStates } from '../review/count-states.ts';
import { openReview } from '../review/open-review.ts';
import { cellsOf } from '../review/shown-cells.ts';

/** A person's corrections in an image. */
export interface Corrections {
  reviewed: ReviewedCells;
  counts: CorrectionCounts;
}

/** Numbers of corrected cells in a document. */
export function countCorrections({ cells }: Pick<ReviewDocument, 'cells'>): CorrectionCounts {
  const { accepted, edited, added, rejected } = countStates({ cells });
  return { accepted, edited, added, rejected };
}

/** Numbers of corrected cells in an image's record, without reading the cells. */
export function correctionsOf({ review }: Pick<AnnotationState, 'review'>): CorrectionCounts {
  const parsed = countsSchema.safeParse(review?.source.parameters.counts);
  const { accepted, edited, added, rejected } = parsed.success ? parsed.data : countStates(null);
  return { accepted, edited, added, rejected };
}

/** Whether a person has confirmed all cells of an image, without reading the cells. */
export function isAllChecked({ review }: Pick<AnnotationState, 'review'>): boolean {
  return review?.source.parameters.allChecked === true;
}

/** Whether a person has corrected cells of an image. */
export function hasCorrections(state: Pick<AnnotationState, 'review'>): boolean {
  return totalOf(correctionsOf(state)) > 0;
}

export function totalOf({ accepted, edited, added, rejected }: CorrectionCounts): number {
  return accepted + edited + added + rejected;
}

/**
 * The corrections of an image, as runs.
 * @returns `null` without corrections
 * @throws LacssError as `openReview`
 */
export async function readCorrections(project: Project, image: ImageEntry): Promise<Corrections | null> {
  // Most images were never reviewed. Their record shows it, without reading a prediction.
  const { state } = await project.annotation(image).view();
  if (state.review === null) return null;
  const review = await openReview(project, image.id);
  if (review === null) return null;
  const { document, shapes } = review;
  const counts = countCorrections(document);
  if (totalOf(counts) === 0 && !document.allChecked) return null;

  const { segmentation } = cellsOf(review, project.manifest.settings.review);
  const shown = segmentation.labels;
  const { height, width } = shown;
  const states = new Map(document.cells.map(({ id, state }) => [id, state]));
  // If all cells are checked, untouched cells are right, too.
  const isKnown = (id: number): boolean => document.allChecked || states.get(id) !== 'found';
  const labels = keepLabels(shown, isKnown);
  const rejected = new SpanPainter(height, width);
  for (const { id, state } of document.cells) {
    const mask = state === 'rejected' ? shapes.mask(id) : null;
    if (mask !== null) eachRun(mask, boxOf(mask), (y, start, end) => rejected.paint(id, y, start, end));
  }
  const outlines = countOutlined(labels);
  return {
    reviewed: {
      labels,
      rejected: rejected.build(),
      allChecked: document.allChecked,
      // A person's outlines tell the size of the cells better than those that the model found.
      found: outlines.count >= fewestCells ? outlines : countOutlined(shown),
    },
    counts,
  };
}

/** Pixels and number of the cells of a label image. */
export function countOutlined(labels: CellLabels): CellCount {
  const { areas } = countInstances(labels);
  return { pixels: areas.reduce((sum, area) => sum + area, 0), count: areas.length };
}
