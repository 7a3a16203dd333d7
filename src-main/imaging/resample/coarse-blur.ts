import type { FloatPlane } from '../../contract/pixels.ts';
import { gaussianFilter } from '../filters/gaussian-filter.ts';
import { blockMeans } from './block-means.ts';
import { resizePlane } from './resize-plane.ts';

/** Pixel size of the coarse grid: σ is about this many coarse pixels. */
const coarseSigmaPx = 4;

/**
 * Approximates a Gaussian blur with a large standard deviation of a plane [height, width]: blurs means of
 * square blocks, then interpolates linearly. For backgrounds and uneven light; the cost does not grow with σ.
 * Below σ 8 px it equals `gaussianFilter`.
 * @throws RangeError if σ is negative or not a number.
 */
export function coarseBlur(plane: FloatPlane, sigmaPx: number): FloatPlane {
  const block = Math.floor(sigmaPx / coarseSigmaPx);
  if (!(block >= 2)) return gaussianFilter(plane, sigmaPx);
  const reduced = blockMeans(plane, block);
  // Block means and interpolation already blur: a box and a triangle of the block's side.
  const already = (block ** 2 - 1) / 12 + block ** 2 / 6;
  const blurred = gaussianFilter(reduced, Math.sqrt(sigmaPx ** 2 - already) / block);
  const { height, width } = plane;
  const enlarged = resizePlane(blurred, reduced.height * block, reduced.width * block);
  if (enlarged.height === height && enlarged.width === width) return enlarged;
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    data.set(enlarged.data.subarray(y * enlarged.width, y * enlarged.width + width), y * width);
  }
  return { height, width, data };
}
