import type { FloatPlane } from '../../contract/pixels.ts';
import { gaussianFilter } from '../filters/gaussian-filter.ts';

/**
 * Resizes a plane to [height, width] by bilinear interpolation between pixel centres (half-pixel convention:
 * the image's outer edges do not move). An axis that shrinks by a factor f is first blurred with σ = (f − 1)
 * / 2 px against aliasing. Equals `skimage.transform.resize(order=1, mode='symmetric')`.
 * @throws RangeError if a side is not a positive whole number.
 */
export function resizePlane(plane: FloatPlane, height: number, width: number): FloatPlane {
  for (const side of [height, width]) {
    if (!(Number.isInteger(side) && side > 0)) {
      throw new RangeError(`the new size must be positive whole numbers, received ${height} × ${width}`);
    }
  }
  const smooth = gaussianFilter(plane, {
    y: Math.max(0, (plane.height / height - 1) / 2),
    x: Math.max(0, (plane.width / width - 1) / 2),
  });
  const rows = samplePositions(plane.height, height);
  const columns = samplePositions(plane.width, width);
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const above = rows.before[y]! * plane.width;
    const below = rows.after[y]! * plane.width;
    const down = rows.fraction[y]!;
    for (let x = 0; x < width; x++) {
      const left = columns.before[x]!;
      const right = columns.after[x]!;
      const along = columns.fraction[x]!;
      const top = smooth.data[above + left]! * (1 - along) + smooth.data[above + right]! * along;
      const bottom = smooth.data[below + left]! * (1 - along) + smooth.data[below + right]! * along;
      data[y * width + x] = top * (1 - down) + bottom * down;
    }
  }
  return { height, width, data };
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
