import { numberAt } from '../../contract/elements.ts';
import type {
  CellEdit,
  CellMask,
  CellState,
  ReviewCell,
  ReviewDocument,
} from '../../contract/review-document.ts';
import type { CellChanges } from './cell-draft.ts';
import { holdsPoint, innerPoint } from './inner-point.ts';

/** The cells that an edit names. */
export function namedBy(edit: CellEdit): readonly number[] {
  switch (edit.kind) {
    case 'brush':
    case 'redraw':
    case 'split':
    case 'outlineAgain':
      return [edit.id];
    case 'cut':
      return edit.ids ?? [];
    case 'merge':
    case 'fillHoles':
    case 'smooth':
    case 'delete':
      return edit.ids;
    case 'lasso':
    case 'mergeAcross':
    case 'addMask':
      return [];
  }
}

/**
 * The cells after an edit. The given cells may be some of an image, but must include all that the edit
 * changes. Neighbours that lost pixels keep their state. New cells come last. A found cell that is deleted or
 * erased becomes a rejected one with its old mask, so that the next segmentation does not bring it back.
 */
export function cellsAfter(
  before: Pick<ReviewDocument, 'cells' | 'nextId'>,
  edit: CellEdit,
  changes: CellChanges,
): Pick<ReviewDocument, 'cells' | 'nextId'> {
  const mayPush = 'push' in edit;
  const named = new Set(namedBy(edit));
  const removed = new Set(changes.removed);
  const again = edit.kind === 'outlineAgain' ? edit : null;
  const points = edit.kind === 'split' ? pairsOf(edit.points) : again === null ? [] : [again.location];
  const locationIn = (mask: CellMask, wanted: { y: number; x: number } | null) =>
    [...points, ...(wanted === null ? [] : [wanted])].find((point) => holdsPoint(mask, point)) ??
    innerPoint(mask);
  const cells: ReviewCell[] = [];
  for (const cell of before.cells) {
    const mask = changes.changed.get(cell.id);
    if (mask !== undefined) {
      const isOwn = named.has(cell.id) || !mayPush;
      const state: CellState = isOwn && cell.state !== 'added' ? 'edited' : cell.state;
      const score = cell.id === again?.id ? again.score : cell.score;
      cells.push({ ...cell, state, score, mask, location: locationIn(mask, cell.location) });
    } else if (!removed.has(cell.id)) {
      cells.push(cell);
    } else if (takesAway(edit) && named.has(cell.id) && !isDrawn(cell)) {
      cells.push({ ...cell, state: 'rejected' });
    }
  }
  let { nextId } = before;
  for (const mask of changes.added) {
    const isPrompt = edit.kind === 'addMask';
    cells.push({
      id: nextId++,
      state: 'added',
      score: isPrompt ? edit.score : 1,
      source: isPrompt ? edit.source : 'person',
      location: locationIn(mask, isPrompt ? edit.location : null),
      mask,
      label: null,
    });
  }
  return { cells, nextId };
}

/** Whether the edit removes named cells because nobody wants them, not because others have them. */
function takesAway(edit: CellEdit): boolean {
  return edit.kind === 'delete' || (edit.kind === 'brush' && edit.mode === 'erase');
}

/** Whether a person, not a model or a file, added the cell. */
export function isDrawn({ source }: ReviewCell): boolean {
  return source === 'person' || source === 'prompt';
}

function pairsOf(packed: ArrayLike<number>): { y: number; x: number }[] {
  return Array.from({ length: packed.length / 2 }, (_, i) => ({
    y: numberAt(packed, 2 * i),
    x: numberAt(packed, 2 * i + 1),
  }));
}
