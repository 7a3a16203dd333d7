import type { FloatPlane } from '../../contract/pixels.ts';

/** Half of an even (`kernel[-k] = kernel[k]`) or odd (`kernel[-k] = -kernel[k]`) kernel. */
export interface HalfKernel {
  parity: 'even' | 'odd';
  /** The weights at offsets 0, 1 … radius; an odd kernel has 0 at offset 0. */
  weights: Float64Array;
}

/**
 * Correlates every column of a plane [height, width] with one kernel: `out[y] = Σ_k kernel[k] · in[y + k]`.
 * Beyond the edge the image is mirrored, with the edge pixel repeated (`d c b a | a b c d | d c b a`, scipy's
 * `reflect`).
 * @param rows the rows to compute. @default all
 */
export function correlateColumns(
  plane: FloatPlane,
  kernel: HalfKernel,
  { from, to } = { from: 0, to: plane.height },
): FloatPlane {
  const { height, width, data } = plane;
  const { weights } = kernel;
  const sign = kernel.parity === 'even' ? 1 : -1;
  const out = new Float32Array((to - from) * width);
  const sums = new Float64Array(width); // whole rows at once, in memory order
  for (let y = from; y < to; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) sums[x] = weights[0]! * data[row + x]!;
    for (let k = 1; k < weights.length; k++) {
      const weight = weights[k]!;
      const below = mirrored(y + k, height) * width;
      const above = mirrored(y - k, height) * width;
      if (sign > 0)
        for (let x = 0; x < width; x++) sums[x]! += weight * (data[below + x]! + data[above + x]!);
      else for (let x = 0; x < width; x++) sums[x]! += weight * (data[below + x]! - data[above + x]!);
    }
    out.set(sums, (y - from) * width);
  }
  return { height: to - from, width, data: out };
}

/** Correlates every row of a plane [height, width] with one kernel; edges as in `correlateColumns`. */
export function correlateRows(plane: FloatPlane, kernel: HalfKernel): FloatPlane {
  const { height, width, data } = plane;
  const { weights } = kernel;
  const radius = weights.length - 1;
  const even = kernel.parity === 'even';
  const out = new Float32Array(data.length);
  const source = Int32Array.from({ length: width + 2 * radius }, (_, i) => mirrored(i - radius, width));
  const line = new Float64Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let i = 0; i < line.length; i++) line[i] = data[row + source[i]!]!;
    for (let x = 0; x < width; x++) {
      const centre = x + radius;
      let sum = weights[0]! * line[centre]!;
      if (even)
        for (let k = 1; k <= radius; k++) sum += weights[k]! * (line[centre + k]! + line[centre - k]!);
      else for (let k = 1; k <= radius; k++) sum += weights[k]! * (line[centre + k]! - line[centre - k]!);
      out[row + x] = sum;
    }
  }
  return { height, width, data: out };
}

/** Index in [0, size) that mirroring shows at `index`, at any distance outside. */
function mirrored(index: number, size: number): number {
  const period = 2 * size;
  const phase = ((index % period) + period) % period;
  return phase < size ? phase : period - 1 - phase;
}
