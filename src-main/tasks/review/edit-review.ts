import { LacssError } from '../../contract/errors.ts';
import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { cellStates } from '../../contract/review-document.ts';
import type {
  CellEdit,
  CellMask,
  CellState,
  Judgement,
  PredictionId,
  ReviewCell,
  ReviewDocument,
} from '../../contract/review-document.ts';
import type { ReviewPatch } from '../../contract/requests/review-requests.ts';
import { isFirm } from '../../imaging/cells/cell-shapes.ts';
import { boxOf, cellMaskOf, clearMask, masksEqual, regionOf } from '../../imaging/cells/cell-mask.ts';
import { cellsAfter, isDrawn, namedBy } from '../../imaging/cells/cells-after.ts';
import { editCells } from '../../imaging/cells/edit-cells.ts';
import { keepOnePiece } from '../../imaging/cells/keep-one-piece.ts';
import type { ShownCells } from '../../imaging/cells/cell-draft.ts';
import type { Project } from '../../project/project.ts';
import { keyOf, openKept, reviewSource, takeOverPrediction } from './open-review.ts';
import type { OpenReview } from './open-review.ts';
import { patchBetween } from './review-view.ts';

/** The cells that a person saw while making an edit. */
export interface LookedAt {
  prediction: PredictionId | null;
  revision: number;
}

/**
 * Sets the state of cells; one step of undo.
 * @throws LacssError `annotation-missing` without cells; `annotation-invalid` if a cell no longer exists, has
 *   another shape, or would lose all its pixels
 */
export function setCellState(
  project: Project,
  imageId: string,
  lookedAt: LookedAt,
  { ids, state }: { ids: readonly number[]; state: Judgement },
  editId?: string,
): Promise<ReviewPatch> {
  return changeReview(project, imageId, lookedAt, editId, (review) => ({
    title: titleOf(state, ids.length),
    touched: ids,
    document: judged(review, ids, state),
  }));
}

/**
 * Changes the shapes of cells; one step of undo.
 * @throws LacssError as {@link setCellState}, and as `editCells`
 */
export function editShapes(
  project: Project,
  imageId: string,
  lookedAt: LookedAt,
  edit: CellEdit,
  editId?: string,
): Promise<ReviewPatch> {
  return changeReview(project, imageId, lookedAt, editId, (review) => {
    const shown = shownOf(project, review);
    for (const id of namedBy(edit)) requireShown(shown, id);
    const changes = editCells(shown, edit);
    return {
      title: editTitles[edit.kind],
      touched: [...namedBy(edit), ...changes.changed.keys(), ...changes.removed],
      document: { ...review.document, ...cellsAfter(review.document, edit, changes) },
    };
  });
}

/** Sets whether every cell of the image is there and right; one step of undo. */
export function setAllChecked(
  project: Project,
  imageId: string,
  lookedAt: LookedAt,
  allChecked: boolean,
  editId?: string,
): Promise<ReviewPatch> {
  return changeReview(project, imageId, lookedAt, editId, ({ document }) => ({
    title: allChecked ? 'Mark all cells as checked' : 'Mark cells as not all checked',
    touched: allChecked ? document.cells.map(({ id }) => id) : [],
    isOfAll: allChecked,
    document: { ...document, allChecked },
  }));
}

/** The answer to an edit that was made before. */
export async function repeatedPatch(
  project: Project,
  imageId: string,
  lookedAt: LookedAt,
): Promise<ReviewPatch> {
  const image = project.image(imageId);
  const review = await requireReview(project, image);
  return patchBetween(image.id, await reviewAt(project, image, lookedAt.revision), review);
}

interface ReviewChange {
  title: string;
  /** The cells whose shapes must be unchanged since the person saw them. */
  touched: readonly number[];
  /** Whether the change says something of all cells. Then no cell may be gone or have another state. */
  isOfAll?: boolean;
  document: ReviewDocument;
}

async function changeReview(
  project: Project,
  imageId: string,
  lookedAt: LookedAt,
  editId: string | undefined,
  change: (review: OpenReview) => ReviewChange,
): Promise<ReviewPatch> {
  const image = project.image(imageId);
  const review = await requireReview(project, image);
  if (!isSamePrediction(review.document.prediction, lookedAt.prediction)) {
    throw new LacssError('annotation-invalid', `${image.name} was segmented again. No cell was changed.`, {
      subject: image.name,
      remedy: 'Look at the new cells, then change them.',
    });
  }
  const before =
    lookedAt.revision === review.document.revision
      ? review
      : await reviewAt(project, image, lookedAt.revision);
  const { title, touched, isOfAll = false, document } = change(review);
  requireAsSeen(image, touched, before, review);
  if (isOfAll) requireSameCells(image, before, review);
  const value = { ...document };
  const source = reviewSource(review, document, 'person');
  const annotation = project.annotation(image);
  const { revision, state } = await annotation.edit(title, { review: { value, source } }, editId);
  const after = await openKept(project, image, { value, revision, key: keyOf(state) });
  if (after === null) throw new RangeError('The cells of the image are gone after an edit');
  return patchBetween(image.id, before, after);
}

async function requireReview(project: Project, image: ImageEntry): Promise<OpenReview> {
  const review = await takeOverPrediction(project, image.id);
  if (review !== null) return review;
  throw new LacssError('annotation-missing', `${image.name} has not been segmented yet.`, {
    subject: image.name,
    remedy: 'Segment it first.',
  });
}

/** The cells after an earlier edit. @throws LacssError `annotation-invalid` if they cannot be read */
async function reviewAt(project: Project, image: ImageEntry, revision: number): Promise<OpenReview> {
  const kept = await project.annotation(image).readAt('review', revision);
  const review = kept === null ? null : await openKept(project, image, { ...kept, revision });
  if (review !== null) return review;
  throw new LacssError(
    'annotation-invalid',
    `${image.name} has no cells of revision ${revision}. No cell was changed.`,
    { subject: image.name, remedy: 'Look at the cells as they are now, then change them.' },
  );
}

function isSamePrediction(a: PredictionId | null, b: PredictionId | null): boolean {
  return a === null || b === null ? a === b : a.model === b.model && a.madeAt === b.madeAt;
}

/** An edit applies only to cells with the shape that the person saw. */
function requireAsSeen(
  image: ImageEntry,
  touched: readonly number[],
  before: OpenReview,
  now: OpenReview,
): void {
  const known = new Map(now.document.cells.map((cell) => [cell.id, cell]));
  for (const id of touched) {
    if (known.has(id)) continue;
    throw new LacssError('annotation-invalid', `${image.name} has no cell ${id}. No cell was changed.`, {
      subject: image.name,
      remedy: 'Look at the cells as they are now, then change them.',
    });
  }
  if (before === now) return;
  const seen = new Map(before.document.cells.map((cell) => [cell.id, cell]));
  for (const id of touched) {
    const [was, is] = [seen.get(id), known.get(id)];
    if (was !== undefined && is !== undefined && hasSameMask(was, is)) continue;
    throw new LacssError(
      'annotation-invalid',
      `Cell ${id} of ${image.name} was changed in the meantime. No cell was changed.`,
      { subject: image.name, remedy: 'Look at the cell as it is now, then change it.' },
    );
  }
}

/** @throws LacssError `annotation-invalid` if a cell is gone, or is rejected or not as the person saw it */
function requireSameCells(image: ImageEntry, before: OpenReview, now: OpenReview): void {
  const rejectedOf = ({ document }: OpenReview): string =>
    document.cells.map(({ id, state }) => `${id}${state === 'rejected' ? '-' : ''}`).join();
  if (before === now || rejectedOf(before) === rejectedOf(now)) return;
  throw new LacssError(
    'annotation-invalid',
    `Cells of ${image.name} were removed or rejected in the meantime. They are not marked as checked.`,
    { subject: image.name, remedy: 'Look at the cells as they are now, then mark them again.' },
  );
}

function hasSameMask(a: ReviewCell, b: ReviewCell): boolean {
  if (a.mask === null || b.mask === null) return a.mask === b.mask && a.label === b.label;
  return a.mask === b.mask || masksEqual(a.mask, b.mask);
}

/** The cells that Review shows, for an edit of their shapes. */
function shownOf(project: Project, { document, shapes, found }: OpenReview): ShownCells {
  const least = leastScore(project.manifest.settings.review, found?.record.modelMinScore);
  const shown = new Set<number>();
  for (const { id, state, score } of document.cells) {
    if (state === 'rejected' || isBelowScore(cellStates.indexOf(state), score, least)) continue;
    if (shapes.box(id) !== null) shown.add(id);
  }
  return {
    height: shapes.height,
    width: shapes.width,
    near: (box) => [...shapes.near(box)].filter((id) => shown.has(id)),
    mask: (id) => (shown.has(id) ? (shapes.mask(id) ?? undefined) : undefined),
  };
}

function requireShown(shown: ShownCells, id: number): void {
  if (shown.mask(id) !== undefined) return;
  throw new LacssError('annotation-invalid', `Cell ${id} is not shown. No cell was changed.`, {
    subject: `cell ${id}`,
    remedy: 'Show the cell, or choose another one.',
  });
}

/** A document in which a person has judged cells. */
function judged(review: OpenReview, ids: readonly number[], judgement: Judgement): ReviewDocument {
  const wanted = new Set(ids);
  const { document, shapes } = review;
  /** Cells that become firm now, with their shapes. Their pixels are no longer free. */
  const firmNow = new Map<number, CellMask>();
  const known = new Map(document.cells.map((cell) => [cell.id, cell]));
  const cells = document.cells.map((cell): ReviewCell => {
    if (!wanted.has(cell.id)) return cell;
    const state = stateFor(cell, judgement);
    if (state === cell.state) return cell;
    if (!isFirm({ state }) || isFirm(cell)) return { ...cell, state };
    if (cell.state !== 'rejected') {
      return shapes.isTrimmed(cell.id)
        ? { ...cell, state, mask: requirePixels(cell.id, shapes.mask(cell.id)) }
        : { ...cell, state };
    }
    const own = requirePixels(cell.id, shapes.mask(cell.id));
    const mask = requirePixels(cell.id, withoutFirm(own, cell.id));
    firmNow.set(cell.id, mask);
    return masksEqual(mask, own) ? { ...cell, state } : { ...cell, state, mask };
  });
  return { ...document, cells };

  function withoutFirm(own: CellMask, id: number): CellMask | null {
    const region = regionOf(own);
    const box = boxOf(own);
    const take = (mask: CellMask | null): void => {
      if (mask !== null) clearMask(region, mask);
    };
    for (const near of shapes.near(box)) {
      const cell = known.get(near);
      if (near === id || cell === undefined) continue;
      if (isFirm(cell) || (cell.state === 'found' && wanted.has(near))) take(shapes.mask(near));
    }
    for (const mask of firmNow.values()) take(mask);
    keepOnePiece(region);
    return cellMaskOf(region);
  }
}

/** The state of a cell after a judgement. A cell that a person drew or edited counts as accepted already. */
function stateFor(cell: ReviewCell, judgement: Judgement): CellState {
  if (judgement === 'rejected') return 'rejected';
  if (isDrawn(cell)) return 'added';
  if (judgement === 'accepted') return cell.state === 'edited' ? 'edited' : 'accepted';
  return cell.mask !== null && cell.label !== null ? 'edited' : 'found';
}

function requirePixels(id: number, mask: CellMask | null): CellMask {
  if (mask !== null) return mask;
  throw new LacssError('annotation-invalid', `Cell ${id} is under other cells. No cell was changed.`, {
    subject: `cell ${id}`,
    remedy: 'Reject or change the cells above it first.',
  });
}

const editTitles: Record<CellEdit['kind'], string> = {
  brush: 'Brush a cell',
  redraw: 'Redraw an outline',
  lasso: 'Draw a cell',
  cut: 'Cut cells',
  merge: 'Merge cells',
  mergeAcross: 'Merge cells',
  fillHoles: 'Fill holes',
  smooth: 'Smooth outlines',
  delete: 'Delete cells',
  addMask: 'Add a cell',
  outlineAgain: 'Outline a cell again',
  split: 'Split a cell',
};

function titleOf(judgement: Judgement, count: number): string {
  switch (judgement) {
    case 'found':
      return count === 1 ? 'Take back the judgement of a cell' : `Take back the judgement of ${count} cells`;
    case 'accepted':
      return count === 1 ? 'Accept a cell' : `Accept ${count} cells`;
    case 'rejected':
      return count === 1 ? 'Reject a cell' : `Reject ${count} cells`;
  }
}
