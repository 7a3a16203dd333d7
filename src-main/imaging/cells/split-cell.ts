import { LacssError } from '../../contract/errors.ts';
import { distanceTransform } from '../morphology/distance-transform.ts';
import { geodesicPartitionAtOnce } from '../watershed/geodesic-partition.ts';
import type { CellDraft } from './cell-draft.ts';
import type { CellEdit } from '../../contract/review-document.ts';
import { boxOf, growBox, regionOf } from './cell-mask.ts';
import { completeParts } from './complete-parts.ts';
import { pathWithin } from './paths.ts';

/**
 * Splits a cell among points: each pixel goes to the point with the cheapest path inside the cell. A step
 * costs the inverse of the distance from the outline, so the border is in the narrow part between two points.
 * The largest part stays the cell.
 * @throws LacssError `annotation-invalid` if fewer than two points are in different pixels of the cell
 */
export function splitCell(draft: CellDraft, { id, points }: Extract<CellEdit, { kind: 'split' }>): void {
  const mask = draft.mask(id);
  // A frame of one pixel, so that the sides of the box are outlines. At the image's edge it is left out.
  const region = regionOf(mask, growBox(boxOf(mask), 1, draft.height, draft.width));
  const cost = distanceTransform(region);
  cost.data.forEach((distance, i) => (cost.data[i] = 1 / Math.max(0.5, Math.min(distance, 1e6))));
  const parts = geodesicPartitionAtOnce(cost, Float32Array.from(pathWithin(region, points)), region);
  if (draft.divide(id, region, completeParts(parts, region)) > 0) return;
  throw new LacssError('annotation-invalid', 'Both points are not in the cell. No cell was changed.', {
    remedy: 'Click two places inside one cell.',
  });
}
