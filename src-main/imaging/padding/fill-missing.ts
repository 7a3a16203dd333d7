import type { FloatPlane } from '../../contract/pixels.ts';
import { fillPadding } from './fill-padding.ts';
import { missingIn } from './missing-in.ts';

/**
 * Fills the NaN pixels around an image, as warped images have them, with the mirrored image. They count as
 * padding (`missing`). A plane without NaN is returned unchanged.
 */
export function fillMissing(plane: FloatPlane): FloatPlane {
  const missing = missingIn(plane.data);
  return missing === null ? plane : { ...fillPadding(plane, missing), missing };
}
