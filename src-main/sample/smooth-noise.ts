import type { FloatPlane } from '../contract/pixels.ts';
import type { SeededRandom } from '../model/seeded-random.ts';

/**
 * A smooth random field [height, width], about Gaussian, with mean 0 and standard deviation 1. Random numbers
 * on a lattice of squares of `scalePx` are interpolated by cubic B-splines, so hills are about two squares
 * wide.
 *
 * @throws RangeError if `scalePx` is not positive
 */
export function smoothNoise(
  height: number,
  width: number,
  scalePx: number,
  random: SeededRandom,
): FloatPlane {
  if (!(scalePx > 0)) throw new RangeError(`scalePx must be positive, received ${scalePx}`);
  const rows = splineTaps(height, scalePx);
  const columns = splineTaps(width, scalePx);
  const lattice = Float64Array.from({ length: rows.count * columns.count }, () => random.normal());

  const stretched = new Float64Array(rows.count * width); // along x first, then along y
  for (let row = 0; row < rows.count; row++) {
    for (let x = 0; x < width; x++) {
      let value = 0;
      for (let k = 0; k < 4; k++) {
        value += columns.weights[4 * x + k]! * lattice[row * columns.count + columns.first[x]! + k]!;
      }
      stretched[row * width + x] = value;
    }
  }
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < 4; k++) {
      const weight = rows.weights[4 * y + k]! / meanGain;
      const source = (rows.first[y]! + k) * width;
      for (let x = 0; x < width; x++) data[y * width + x]! += weight * stretched[source + x]!;
    }
  }
  return { height, width, data };
}

/**
 * Σ of the squared spline weights, averaged over all positions (∫ of the squared cubic B-spline): 151 / 315.
 */
const meanGain = 151 / 315;

/** Per pixel, the first of its four lattice points and their cubic B-spline weights. */
function splineTaps(
  size: number,
  scalePx: number,
): { count: number; first: Int32Array; weights: Float64Array } {
  const first = new Int32Array(size);
  const weights = new Float64Array(4 * size);
  for (let i = 0; i < size; i++) {
    const position = (i + 0.5) / scalePx;
    first[i] = Math.floor(position);
    const t = position - first[i]!;
    weights[4 * i] = (1 - t) ** 3 / 6;
    weights[4 * i + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    weights[4 * i + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
    weights[4 * i + 3] = t ** 3 / 6;
  }
  return { count: first[size - 1]! + 4, first, weights };
}
