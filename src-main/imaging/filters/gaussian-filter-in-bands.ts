import type { Pace } from '../../contract/job.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import { correlateColumns, correlateRows } from './correlate-lines.ts';
import { gaussianKernel } from './gaussian-kernel.ts';

/** Pixels per band: a wide blur of this many takes a fraction of a second. */
const pixelsABand = 2 ** 20;

/**
 * Computes exactly `gaussianFilter`, in bands with pauses in between. Otherwise a wide blur of a large image
 * blocks other work for seconds.
 * @throws RangeError if σ is not a positive number; what `pace` throws.
 */
export async function gaussianFilterInBands(
  plane: FloatPlane,
  sigmaPx: number,
  pace: Pace,
): Promise<FloatPlane> {
  const { height, width } = plane;
  const kernel = gaussianKernel(sigmaPx);
  const rows = Math.ceil(pixelsABand / width);
  const data = new Float32Array(height * width);
  for (let from = 0; from < height; from += rows) {
    await pace(from / height);
    const to = Math.min(height, from + rows);
    data.set(correlateRows(correlateColumns(plane, kernel, { from, to }), kernel).data, from * width);
  }
  return { height, width, data };
}
