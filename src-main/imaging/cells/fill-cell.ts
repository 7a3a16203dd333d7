import { fillHoles } from '../morphology/fill-holes.ts';
import type { CellDraft } from './cell-draft.ts';
import { regionOf } from './cell-mask.ts';

/** Fills the holes of a cell. Other cells inside a hole stay. */
export function fillCell(draft: CellDraft, id: number): void {
  const region = regionOf(draft.mask(id));
  draft.claim(id, { ...region, data: fillHoles(region).data }, false, region);
}
