import type { FloatPlane } from '../../contract/pixels.ts';
import { gaussianFilter } from '../filters/gaussian-filter.ts';
import { gaussianKernel } from '../filters/gaussian-kernel.ts';

/**
 * Resizes a plane to [height, width] by bilinear interpolation between pixel centres (half-pixel convention:
 * the image's outer edges do not move). An axis that shrinks by a factor f is first blurred with σ = (f − 1)
 * / 2 px against aliasing. Equals `skimage.transform.resize(order=1, mode='symmetric')`.
 * @throws RangeError if a side is not a positive whole number.
 */
export function resizePlane(plane: FloatPlane, height: number, width: number): FloatPlane {
  return resizeRows({ ...plane, y: 0 }, plane.height, { height, width }, { from: 0, to: height });
}

/** The rows of a plane that `resizeRows` needs for some rows of the resized plane. */
export function rowsToResize(
  oldHeight: number,
  height: number,
  { from, to }: { from: number; to: number },
): { from: number; to: number } {
  const { before, after } = samplePositions(oldHeight, height);
  const sigmaPx = blurSigma(oldHeight, height);
  const reach = sigmaPx === 0 ? 0 : gaussianKernel(sigmaPx).weights.length - 1;
  return { from: Math.max(0, before[from]! - reach), to: Math.min(oldHeight, after[to - 1]! + 1 + reach) };
}

/**
 * Some rows of what `resizePlane` makes of a plane, from the rows they need.
 * @param band rows of the plane, from `y` on: at least those of `rowsToResize`.
 * @param oldHeight of the whole plane.
 * @param size of the whole resized plane.
 * @returns [to − from, size.width]
 * @throws RangeError if a side is not a positive whole number.
 */
export function resizeRows(
  band: FloatPlane & { y: number },
  oldHeight: number,
  { height, width }: { height: number; width: number },
  { from, to }: { from: number; to: number },
): FloatPlane {
  for (const side of [height, width]) {
    if (!(Number.isInteger(side) && side > 0)) {
      throw new RangeError(`the new size must be positive whole numbers, received ${height} × ${width}`);
    }
  }
  const sigmaPx = { y: blurSigma(oldHeight, height), x: blurSigma(band.width, width) };
  const smooth = sigmaPx.y === 0 && sigmaPx.x === 0 ? band : gaussianFilter(band, sigmaPx);
  const rows = samplePositions(oldHeight, height);
  const { before, after, fraction } = samplePositions(band.width, width);
  const values = smooth.data;
  const data = new Float32Array((to - from) * width);
  for (let y = 0; y < to - from; y++) {
    const above = (rows.before[from + y]! - band.y) * band.width;
    const below = (rows.after[from + y]! - band.y) * band.width;
    const down = rows.fraction[from + y]!;
    for (let x = 0; x < width; x++) {
      const left = before[x]!;
      const right = after[x]!;
      const along = fraction[x]!;
      const top = values[above + left]! * (1 - along) + values[above + right]! * along;
      const bottom = values[below + left]! * (1 - along) + values[below + right]! * along;
      data[y * width + x] = top * (1 - down) + bottom * down;
    }
  }
  return { height: to - from, width, data };
}

/** σ in px of the blur against aliasing, along an axis. */
function blurSigma(oldSize: number, size: number): number {
  return Math.max(0, (oldSize / size - 1) / 2);
}

/** Per new pixel along an axis: the two old pixels to read, and the weight of the second. */
function samplePositions(oldSize: number, size: number) {
  const before = new Int32Array(size);
  const after = new Int32Array(size);
  const fraction = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const position = Math.min(oldSize - 1, Math.max(0, ((i + 0.5) * oldSize) / size - 0.5));
    before[i] = Math.floor(position);
    after[i] = Math.min(oldSize - 1, before[i]! + 1);
    fraction[i] = position - before[i]!;
  }
  return { before, after, fraction };
}
