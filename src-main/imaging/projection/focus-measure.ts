import type { FloatPlane } from '../../contract/pixels.ts';
import { gaussianFilter } from '../filters/gaussian-filter.ts';
import { gaussianKernel } from '../filters/gaussian-kernel.ts';
import { gradientMagnitude } from '../filters/gradient-magnitude.ts';

/** Scale of the gradient, px: fine detail, which is lost first out of focus. */
const detailSigmaPx = 1;
/** Neighbourhood of a pixel, px. It averages out the noise of single pixels. */
const aroundSigmaPx = 4;

/** Distance of the pixels that affect the measure of a pixel, px. */
export const focusReachPx =
  gaussianKernel(detailSigmaPx).weights.length - 1 + gaussianKernel(aroundSigmaPx).weights.length - 1;

/**
 * How sharp a plane [height, width] is around each pixel: the energy of its Gaussian derivatives, averaged
 * with a Gaussian. Pixels that are not finite count as 0.
 *
 * Geusebroek et al., "Robust autofocusing in microscopy", Cytometry 39, 2000.
 */
export function focusMeasure(plane: FloatPlane): FloatPlane {
  const data = plane.data.map((value) => (Number.isFinite(value) ? value : 0));
  const gradient = gradientMagnitude({ ...plane, data }, detailSigmaPx);
  return gaussianFilter({ ...gradient, data: gradient.data.map((value) => value * value) }, aroundSigmaPx);
}
