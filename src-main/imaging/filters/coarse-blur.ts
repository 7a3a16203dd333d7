import type { FloatPlane } from '../../contract/pixels.ts';
import { gaussianFilter } from './gaussian-filter.ts';
import { blockMeans } from '../resample/block-means.ts';
import { resizePlane } from '../resample/resize-plane.ts';

/** The blur is done on pixels so large that σ is about this many of them. */
const coarseSigmaPx = 4;

/**
 * Blurs a plane [height, width] with a Gaussian of a large standard deviation, nearly: on means of square blocks, then brought back by
 * linear interpolation. For backgrounds and uneven light; the cost does not grow with σ. Below σ 8 px it is `gaussianFilter`.
 * @throws RangeError when σ is negative or not a number.
 */
export function coarseBlur(plane: FloatPlane, sigmaPx: number): FloatPlane {
  const block = Math.floor(sigmaPx / coarseSigmaPx);
  if (!(block >= 2)) return gaussianFilter(plane, sigmaPx);
  const reduced = blockMeans(plane, block);
  // Averaging over a block and interpolating between blocks have blurred as well: a box and a tent of the block's side.
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
