import { LacssError } from '../../contract/errors.ts';
import type { AnnotationSource, AnnotationState, ImageEntry } from '../../contract/project-files.ts';
import type { PredictionId, ReviewCell, ReviewDocument } from '../../contract/review-document.ts';
import { CellShapes } from '../../imaging/cells/cell-shapes.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import type { Project } from '../../project/project.ts';
import type { KeptReview } from '../../project/review-file.ts';
import { carryOver, emptyLabels } from './carry-over.ts';
import { countStates } from './count-states.ts';
import { foundCells } from './found-cells.ts';
import type { FoundCells } from './found-cells.ts';
import { reviewHistory } from './review-history.ts';

/** The cells of an image under review, with their shapes. */
export interface OpenReview {
  document: ReviewDocument;
  shapes: CellShapes;
  /** The prediction; `null` for imported cells. */
  found: FoundCells | null;
  /** The newest prediction of the image, so that the history knows it existed. */
  newest: PredictionId | null;
  /** The document of a newer prediction, which is not in the history yet. */
  carried: KeptReview | null;
}

/**
 * The cells of an image under review: the document in its history, or all cells of the newest prediction. If
 * a prediction is newer than the history, the earlier review is carried over to its cells.
 * @returns null if the image has no cells yet
 * @throws LacssError as `PredictionStore.read` and `AnnotationStore.read`
 */
export async function openReview(project: Project, imageId: string): Promise<OpenReview | null> {
  const image = project.image(imageId);
  const { value, revision, state } = await project.annotation(image).readWithView('review');
  return openKept(project, image, { value, revision, key: keyOf(state) });
}

/**
 * Saves the carry-over to a newer prediction as a step of the image's history, if it is not saved yet. Only
 * for the process that edits the project.
 * @throws LacssError as {@link openReview} and `AnnotationStore.edit`
 */
export async function takeOverPrediction(project: Project, imageId: string): Promise<OpenReview | null> {
  const review = await openReview(project, imageId);
  if (review === null || review.carried === null || project.readOnly) return review;
  const image = project.image(imageId);
  const value = review.carried;
  await project.annotation(image).edit(`Segment again with ${review.newest?.model}`, {
    review: { value, source: reviewSource(review, value, 'machine') },
  });
  return openReview(project, imageId);
}

/** The same for some images. Errors of an image are reported when it is shown. */
export async function takeOverPredictions(project: Project, images: readonly string[]): Promise<void> {
  for (const image of project.manifest.images.filter(({ id }) => images.includes(id))) {
    await project
      .annotation(image)
      .inTurn(() => takeOverPrediction(project, image.id))
      .catch((error: unknown) => {
        if (!(error instanceof LacssError)) throw error;
      });
  }
}

/** The source of a review. With it, the summary of an image need not read its cells. */
export function reviewSource(
  { newest }: Pick<OpenReview, 'newest'>,
  document: Pick<KeptReview, 'prediction' | 'cells' | 'allChecked'>,
  by: AnnotationSource['by'],
): AnnotationSource {
  const { prediction, allChecked } = document;
  const parameters = { prediction, newest, counts: countStates(document), allChecked };
  return { method: 'review', by, parameters };
}

/** A document as kept, with its place in the history. */
export interface KeptAt {
  value: KeptReview | null;
  revision: number;
  /** The hash of the content. */
  key: string;
}

export function keyOf({ review }: Pick<AnnotationState, 'review'>): string {
  return review?.sha256 ?? '';
}

/** The last document of each opened image, because edits follow one another. */
const opened = new WeakMap<Project, Map<string, { key: string; open: OpenReview }>>();
/** How many images stay open per project. */
const mostOpen = 2;

/** Opens a document of the history, as {@link openReview}. */
export async function openKept(
  project: Project,
  image: ImageEntry,
  { value, revision, key }: KeptAt,
): Promise<OpenReview | null> {
  const latest = await latestPrediction(project, image.id);
  const newest = latest === null ? null : { model: latest.model, madeAt: latest.record.at };
  const history = await reviewHistory(project, image);
  const isNew = newest !== null && !history.isKnown(newest);
  const known = opened.get(project)?.get(image.id);
  const whole = [key, newest?.model, newest?.madeAt, isNew, history.ahead?.madeAt].join(' ');
  const own = value?.prediction ?? (isNew || value !== null ? newest : (history.ahead ?? newest));
  let found =
    own === null || (value !== null && value.prediction === null)
      ? null
      : await foundCells(project, image, own);
  if (known?.key === whole && known.open.found === found && known.open.carried === null)
    return { ...known.open, document: { ...known.open.document, revision } };
  let kept = value;
  let carried: KeptReview | null = null;
  if (kept === null) {
    if (found === null && newest !== null) found = await foundCells(project, image, newest);
    if (found === null) return null;
    kept = startOf(found);
  } else if (
    newest !== null &&
    !isSame(kept.prediction, newest) &&
    (isNew || (kept.prediction !== null && found === null))
  ) {
    const next = await foundCells(project, image, newest);
    if (next !== null) {
      const before = opening(image, kept, found, revision);
      if (found === null) tellLost(project, image, kept);
      carried = carryOver(before, next);
      kept = carried;
      // Nothing was carried over, so the cells are those of the new prediction as it is.
      if (carried.cells.every(({ state }) => state === 'found') && found === null) carried = null;
      found = next;
    }
  }
  const next = { ...opening(image, kept, found, revision), newest, carried };
  const open = opened.get(project) ?? new Map<string, { key: string; open: OpenReview }>();
  opened.set(project, open);
  open.delete(image.id);
  open.set(image.id, { key: whole, open: next });
  for (const [oldest] of open) {
    if (open.size <= mostOpen) break;
    open.delete(oldest);
  }
  return next;
}

/** Cells without own masks cannot be shown without their prediction. */
function tellLost(project: Project, { name }: ImageEntry, { prediction, cells }: KeptReview): void {
  const lost = cells.filter(({ state, mask }) => state !== 'found' && mask === null).length;
  if (prediction === null || lost === 0) return;
  project.tell(
    `${name}: The cells that ${prediction.model} found at ${prediction.madeAt} are no longer there. ` +
      `Your review of ${lost} of them is kept in the history, but not shown.`,
  );
}

function opening(
  image: ImageEntry,
  kept: KeptReview,
  found: FoundCells | null,
  revision: number,
): Pick<OpenReview, 'document' | 'shapes' | 'found'> {
  const document = joined(kept, found, revision);
  return { document, shapes: new CellShapes(found ?? emptyLabels(image), document.cells), found };
}

function isSame(a: PredictionId | null, b: PredictionId | null): boolean {
  return a?.model === b?.model && a?.madeAt === b?.madeAt;
}

/** The cells of a prediction that nobody has reviewed. */
export function unreviewed(found: FoundCells): OpenReview {
  const document = joined(startOf(found), found, 0);
  const shapes = new CellShapes(found, document.cells);
  return { document, shapes, found, newest: found.id, carried: null };
}

/** The document of a prediction that nobody has reviewed: all its cells, by their labels. */
function startOf({ id, cells, record }: FoundCells): KeptReview {
  const labels = [...cells.keys()];
  const lastLabel = Math.max(labels.at(-1) ?? 0, record.cells);
  return {
    prediction: id,
    allChecked: false,
    nextId: lastLabel + 1,
    lastLabel,
    cells: labels.map((label) => ({ id: label, state: 'found', label, mask: null })),
  };
}

/**
 * A document with the scores and locations of its prediction. If a person edited the label image by hand,
 * cells removed there are missing, and cells drawn there are found cells.
 */
function joined(kept: KeptReview, found: FoundCells | null, revision: number): ReviewDocument {
  const cells: ReviewCell[] = [];
  for (const { id, state, label, mask, score, source, location } of kept.cells) {
    if (mask !== null) {
      const of = { score: score ?? 1, source: source ?? 'model', location: location ?? { y: 0, x: 0 } };
      cells.push({ id, state, label, mask, ...of });
      continue;
    }
    const row = label === null ? undefined : found?.rows.get(label);
    if (row === undefined) continue;
    const { y, x } = row;
    cells.push({ id, state, label, mask: null, score: row.score, source: 'model', location: { y, x } });
  }
  let { nextId, lastLabel } = kept;
  for (const [label, { score, y, x }] of found?.rows ?? []) {
    if (label <= kept.lastLabel) continue;
    const id = Math.max(label, nextId);
    cells.push({ id, state: 'found', label, mask: null, score, source: 'model', location: { y, x } });
    nextId = id + 1;
    lastLabel = label;
  }
  return {
    prediction: kept.prediction,
    cells,
    allChecked: kept.allChecked,
    nextId,
    lastLabel,
    revision,
  };
}
