import type { FloatPlane, Raster } from '../../contract/pixels.ts';
import { fillMissing } from '../padding/fill-missing.ts';
import { UnusablePixels } from '../unusable-pixels.ts';

/** Position of a plane in a raster. */
export interface PlanePosition {
  /** @default 0 */
  t?: number;
  /** @default 0 */
  z?: number;
  c: number;
}

/**
 * One plane of a raster as real numbers. Pixels beside the image that are NaN become padding (`fillMissing`),
 * others are rejected: no NaN gets from a file into a computation.
 *
 * @param name the image's name in messages.
 * @returns a copy [height, width].
 * @throws RangeError if the raster has no such plane.
 * @throws LacssError `image-invalid` if a pixel is not a finite number or exceeds 32-bit reals.
 */
export function planeAt(raster: Raster, { t = 0, z = 0, c }: PlanePosition, name = 'The image'): FloatPlane {
  const { sizes, height, width } = raster;
  if (!isIndex(t, sizes.t) || !isIndex(z, sizes.z) || !isIndex(c, sizes.c)) {
    throw new RangeError(
      `plane t ${t}, z ${z}, c ${c}; expected less than t ${sizes.t}, z ${sizes.z}, c ${sizes.c}`,
    );
  }
  const plane = raster.planes[(t * sizes.z + z) * sizes.c + c]!;
  const found = { height, width, data: new Float32Array(plane) };
  if (raster.dtype !== 'float32' && raster.dtype !== 'float64') return found;
  const unusable = new UnusablePixels();
  unusable.check(plane, width, 0, 1, true);
  unusable.refuse(name, raster.channelNames[c]!);
  return fillMissing(found, name, raster.channelNames[c]!);
}

function isIndex(value: number, size: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < size;
}
