import type { FloatPlane } from '../../contract/pixels.ts';
import { pairSums } from './pair-sums.ts';
import type { HalfKernel } from './pair-sums.ts';

/** Columns at once: the rows in reach of one row then stay in the processor's cache. */
const columnsAtOnce = 512;

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
  const radius = kernel.weights.length - 1;
  const held = 2 * radius + 1;
  const out = new Float32Array((to - from) * width);
  for (let left = 0; left < width; left += columnsAtOnce) {
    const columns = Math.min(columnsAtOnce, width - left);
    const { values, places, sums, run } = pairSums(kernel, held * columns, columns);
    const placeOf = (y: number): number => (((y % held) + held) % held) * columns;
    const hold = (y: number): void => {
      const start = mirrored(y, height) * width + left;
      values.set(data.subarray(start, start + columns), placeOf(y));
    };
    for (let y = from - radius; y < from + radius; y++) hold(y);
    for (let y = from; y < to; y++) {
      hold(y + radius);
      for (let k = 0; k <= radius; k++) {
        places[2 * k] = placeOf(y + k);
        places[2 * k + 1] = placeOf(y - k);
      }
      run();
      out.set(sums, (y - from) * width + left);
    }
  }
  return { height: to - from, width, data: out };
}

/** Correlates every row of a plane [height, width] with one kernel; edges as in `correlateColumns`. */
export function correlateRows(plane: FloatPlane, kernel: HalfKernel): FloatPlane {
  const { height, width, data } = plane;
  const radius = kernel.weights.length - 1;
  const out = new Float32Array(data.length);
  const { values, places, sums, run } = pairSums(kernel, width + 2 * radius, width);
  places.set(Array.from({ length: radius + 1 }, (_, k) => [radius + k, radius - k]).flat());
  const before = Int32Array.from({ length: radius }, (_, i) => mirrored(i - radius, width));
  const after = Int32Array.from({ length: radius }, (_, i) => mirrored(width + i, width));
  for (let row = 0; row < data.length; row += width) {
    values.set(data.subarray(row, row + width), radius);
    for (let i = 0; i < radius; i++) {
      values[i] = data[row + before[i]!]!;
      values[radius + width + i] = data[row + after[i]!]!;
    }
    run();
    out.set(sums, row);
  }
  return { height, width, data: out };
}

/** Index in [0, size) that mirroring shows at `index`, at any distance outside. */
function mirrored(index: number, size: number): number {
  const period = 2 * size;
  const phase = ((index % period) + period) % period;
  return phase < size ? phase : period - 1 - phase;
}
