import type { Pace } from '../../contract/job.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import { correlateColumns, correlateRows } from './correlate-lines.ts';
import { gaussianKernel } from './gaussian-kernel.ts';

/** Pixels a band: a wide blur of so many takes a fraction of a second. */
const pixelsABand = 2 ** 20;

/**
 * The very numbers of `gaussianFilter`, made band by band with a pause between two of them: a wide blur of a large image would
 * else keep everything waiting for seconds.
 * @throws RangeError when σ is not a positive number; what `pace` throws.
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
