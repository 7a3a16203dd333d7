import type { FloatPlane } from '../../contract/pixels.ts';
import { correlateColumns, correlateRows } from './correlate-lines.ts';
import { gaussianKernel } from './gaussian-kernel.ts';

/**
 * Blurs a plane [height, width] with a Gaussian of standard deviation `sigmaPx`, one value for both axes or
 * one each; 0 leaves an axis unchanged. Edges are mirrored and the kernel ends at 4 σ: equals
 * `scipy.ndimage.gaussian_filter`.
 * @returns a new plane.
 * @throws RangeError if σ is negative or not a number.
 */
export function gaussianFilter(plane: FloatPlane, sigmaPx: number | { y: number; x: number }): FloatPlane {
  const { y, x } = typeof sigmaPx === 'number' ? { y: sigmaPx, x: sigmaPx } : sigmaPx;
  let out = plane;
  if (y !== 0) out = correlateColumns(out, gaussianKernel(y));
  if (x !== 0) out = correlateRows(out, gaussianKernel(x));
  return out === plane ? { ...plane, data: plane.data.slice() } : out;
}
