import { LacssError } from '../../contract/errors.ts';
import { fillRings } from '../contours/fill-rings.ts';
import { fillHolesInPlace } from '../morphology/fill-holes.ts';
import type { CellDraft } from './cell-draft.ts';
import type { CellEdit } from '../../contract/review-document.ts';
import { emptyRegion, growBox } from './cell-mask.ts';
import { boxOfPath, pathWithin } from './paths.ts';

/**
 * Adds a cell: the pixels whose centres are inside a closed path. Where the path crosses itself, the inner
 * loops count too, and the largest piece stays.
 * @throws LacssError `annotation-invalid` if no free pixel is inside
 */
export function lassoCell(draft: CellDraft, { path, push }: Extract<CellEdit, { kind: 'lasso' }>): void {
  const region = emptyRegion(growBox(boxOfPath(path), 0, draft.height, draft.width));
  fillRings([pathWithin(region, path)], region.height, region.width, (y, start, end) => {
    region.data.fill(1, y * region.width + start, y * region.width + end);
  });
  fillHolesInPlace(region);
  if (draft.claimNew(region, push)) return;
  throw new LacssError('annotation-invalid', 'The line encloses no free pixel. No cell was added.', {
    remedy: 'Draw around the new cell. To take pixels from other cells, hold Shift.',
  });
}
