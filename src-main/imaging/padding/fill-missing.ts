import type { FloatPlane } from '../../contract/pixels.ts';
import { UnusablePixels } from '../unusable-pixels.ts';
import { flood } from './border-regions.ts';
import { fillPadding } from './fill-padding.ts';

/**
 * A plane [height, width] whose pixels that are not a number lie around the image, as warped images have
 * them: they count as padding (`missing`), and show the mirrored image. A plane of numbers is returned as it
 * is.
 * @param name the image's name in messages
 * @param stepPx rows and columns of the file per pixel of the plane
 * @throws LacssError `image-invalid` where such a pixel lies within the image, or none is a number
 */
export function fillMissing(plane: FloatPlane, name: string, channel: string, stepPx = 1): FloatPlane {
  const { height, width, data } = plane;
  const missing = Uint8Array.from(data, (value) => (Number.isNaN(value) ? 1 : 0));
  if (!missing.includes(1)) return plane;
  const inner = missing.slice();
  const clearFrom = (start: number): void => {
    if (inner[start] === 0) return;
    flood(
      start,
      height,
      width,
      (i) => inner[i] !== 0,
      (i) => (inner[i] = 0),
    );
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) clearFrom(y * width + x);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) clearFrom(y * width + x);
  if (inner.includes(1) || !missing.includes(0)) {
    const unusable = new UnusablePixels();
    const refused = missing.includes(0) ? inner : missing;
    unusable.check(
      Float32Array.from(refused, (v) => (v === 0 ? 0 : NaN)),
      width,
      0,
      stepPx,
    );
    unusable.refuse(name, channel);
  }
  return { ...fillPadding(plane, missing), missing };
}
