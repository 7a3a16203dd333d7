import type { FloatPlane } from '../../contract/pixels.ts';
import { correlateColumns, correlateRows } from './correlate-lines.ts';
import { gaussianKernel } from './gaussian-kernel.ts';

/**
 * Gradient length of a plane [height, width] at the scale `sigmaPx`, per px, from Gaussian derivatives along
 * both axes. Equals `scipy.ndimage.gaussian_gradient_magnitude`.
 * @throws RangeError if σ is not a positive number.
 */
export function gradientMagnitude(plane: FloatPlane, sigmaPx: number): FloatPlane {
  const smooth = gaussianKernel(sigmaPx, 0);
  const derive = gaussianKernel(sigmaPx, 1);
  const out = correlateRows(correlateColumns(plane, derive), smooth).data;
  const alongX = correlateRows(correlateColumns(plane, smooth), derive).data;
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i]! ** 2 + alongX[i]! ** 2);
  return { height: plane.height, width: plane.width, data: out };
}
