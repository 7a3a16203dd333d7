import { sweepDisc } from '../morphology/sweep-disc.ts';
import type { CellDraft } from './cell-draft.ts';
import type { CellEdit } from '../../contract/review-document.ts';
import { boxOf, growBox, joinBoxes, regionOf } from './cell-mask.ts';
import { boxOfPath, pathWithin } from './paths.ts';

/**
 * Adds the pixels whose centres the brush hits to a cell, or erases them from it. Added pixels that are
 * separate from the cell are dropped. After erasing, the largest piece stays. Without a piece, the cell is
 * removed.
 */
export function brushCell(
  draft: CellDraft,
  { id, path, radiusPx, mode, push }: Extract<CellEdit, { kind: 'brush' }>,
): void {
  const mask = draft.mask(id);
  const painted = growBox(boxOfPath(path), Math.ceil(radiusPx), draft.height, draft.width);
  const region = regionOf(mask, mode === 'add' ? joinBoxes(boxOf(mask), painted) : boxOf(mask));
  sweepDisc(pathWithin(region, path), radiusPx, region.height, region.width, (y, start, end) => {
    region.data.fill(mode === 'add' ? 1 : 0, y * region.width + start, y * region.width + end);
  });
  draft.claim(id, region, push, mode === 'add' ? mask : undefined);
}
