import { LacssError } from '../../contract/errors.ts';
import { CellDraft } from './cell-draft.ts';
import type { CellChanges, ShownCells } from './cell-draft.ts';
import type { CellEdit } from '../../contract/review-document.ts';
import { regionOf } from './cell-mask.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { brushCell } from './brush-cell.ts';
import { cutCells } from './cut-cells.ts';
import { fillCell } from './fill-cell.ts';
import { lassoCell } from './lasso-cell.ts';
import { cellsAcross, mergeCells } from './merge-cells.ts';
import { requireShort } from './paths.ts';
import { redrawOutline } from './redraw-outline.ts';
import { smoothCell } from './smooth-cell.ts';
import { splitCell } from './split-cell.ts';

/**
 * Applies a correction to the shown cells of an image. Afterwards they do not overlap, each is one
 * 4-connected piece within the image, and none is empty. The time depends on the edit's box only, not on the
 * image.
 *
 * @throws LacssError `annotation-invalid` if a cell is not shown, or if the stroke has no possible effect
 */
export function editCells(shown: ShownCells, edit: CellEdit): CellChanges {
  const draft = new CellDraft(shown);
  if ('path' in edit) requireShort(edit.path, shown);
  apply(draft, edit);
  return draft.changes();
}

function apply(draft: CellDraft, edit: CellEdit): void {
  switch (edit.kind) {
    case 'brush':
      return brushCell(draft, edit);
    case 'redraw':
      return redrawOutline(draft, edit);
    case 'lasso':
      return lassoCell(draft, edit);
    case 'cut':
      return cutCells(draft, edit);
    case 'merge':
      return mergeCells(draft, edit.ids);
    case 'mergeAcross':
      return mergeCells(draft, cellsAcross(draft, edit.path));
    case 'fillHoles':
      return edit.ids.forEach((id) => fillCell(draft, id));
    case 'smooth':
      return edit.ids.forEach((id) => smoothCell(draft, id));
    case 'delete':
      return edit.ids.forEach((id) => draft.remove(id));
    case 'addMask':
      return addMask(draft, edit.mask);
    case 'outlineAgain':
      return outlineAgain(draft, edit);
    case 'split':
      return splitCell(draft, edit);
  }
}

/**
 * Adds a cell on the free pixels of its mask. @throws LacssError `annotation-invalid` if other cells cover it
 */
function addMask(draft: CellDraft, mask: CellMask): void {
  if (draft.claimNew(regionOf(mask, draft.within(mask)), false)) return;
  throw covered('No cell was added.');
}

/** Gives a cell another mask. @throws LacssError `annotation-invalid` if other cells cover all of it */
function outlineAgain(
  draft: CellDraft,
  { id, mask, push }: Extract<CellEdit, { kind: 'outlineAgain' }>,
): void {
  draft.mask(id);
  const region = regionOf(mask, draft.within(mask));
  draft.claim(id, region, push);
  if (!region.data.includes(1)) throw covered('No cell was changed.');
}

function covered(consequence: string): LacssError {
  return new LacssError('annotation-invalid', `Other cells cover this place. ${consequence}`, {
    remedy: 'Correct the cell that is there, or delete it first.',
  });
}
