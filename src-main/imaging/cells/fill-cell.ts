import { fillHolesInPlace } from '../morphology/fill-holes.ts';
import type { CellDraft } from './cell-draft.ts';
import { regionOf } from './cell-mask.ts';

/** Fills the holes of a cell. Other cells inside a hole stay. */
export function fillCell(draft: CellDraft, id: number): void {
  const mask = draft.mask(id);
  const region = regionOf(mask);
  fillHolesInPlace(region);
  draft.claim(id, region, false, mask);
}
