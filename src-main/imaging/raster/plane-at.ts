import { LacssError } from '../../contract/errors.ts';
import type { FloatPlane, Raster } from '../../contract/pixels.ts';

/** Which plane of a raster. */
export interface PlanePosition {
  /** @default 0 */
  t?: number;
  /** @default 0 */
  z?: number;
  c: number;
}

/**
 * One plane of a raster as real numbers; the only way from files to computation, so that no NaN ever gets there.
 *
 * @param name what the image is called in messages.
 * @returns a copy [height, width].
 * @throws RangeError where the raster has no such plane.
 * @throws LacssError `image-invalid` where a pixel is no finite number.
 */
export function planeAt(raster: Raster, { t = 0, z = 0, c }: PlanePosition, name = 'The image'): FloatPlane {
  const { sizes, height, width } = raster;
  if (!isIndex(t, sizes.t) || !isIndex(z, sizes.z) || !isIndex(c, sizes.c)) {
    throw new RangeError(
      `plane t ${t}, z ${z}, c ${c}; expected less than t ${sizes.t}, z ${sizes.z}, c ${sizes.c}`,
    );
  }
  const data = new Float32Array(raster.planes[(t * sizes.z + z) * sizes.c + c]!);
  if (raster.dtype === 'float32' || raster.dtype === 'float64') requireFinite(data, raster, c, name);
  return { height, width, data };
}

function isIndex(value: number, size: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < size;
}

function requireFinite(data: Float32Array, raster: Raster, c: number, name: string): void {
  let broken = 0;
  let first = -1;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    if (broken === 0) first = i;
    broken++;
  }
  if (broken === 0) return;
  const y = Math.floor(first / raster.width);
  throw new LacssError(
    'image-invalid',
    `${name} holds ${broken} ${broken === 1 ? 'pixel that is no number' : 'pixels that are no numbers'} (NaN or infinite) in ${raster.channelNames[c]}, the first in row ${y}, column ${first % raster.width}.`,
    {
      subject: name,
      remedy:
        'Replace them, for instance in ImageJ with Process › Math › NaN Background or Remove NaNs, or cut that part off, and add the image again.',
    },
  );
}
