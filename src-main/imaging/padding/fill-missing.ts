import type { FloatPlane } from '../../contract/pixels.ts';
import { fillPadding } from './fill-padding.ts';
import { missingIn } from './missing-in.ts';

/**
 * A plane [height, width] whose pixels that are not a number lie around the image, as warped images have
 * them: they count as padding (`missing`), and show the mirrored image. A plane of numbers is returned as it
 * is.
 */
export function fillMissing(plane: FloatPlane): FloatPlane {
  const missing = missingIn(plane.data);
  return missing === null ? plane : { ...fillPadding(plane, missing), missing };
}
