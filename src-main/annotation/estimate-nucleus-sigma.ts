import { numberAt } from '../contract/elements.ts';
import type { FloatPlane, Mask } from '../contract/pixels.ts';
import { coarseBlur } from '../imaging/resample/coarse-blur.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { outsidePadding } from '../imaging/intensity/outside-padding.ts';
import { otsuThreshold } from '../imaging/intensity/otsu.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { inscribedRadii } from './locations/inscribed-radii.ts';
import { weightedQuantile } from './locations/weighted-quantile.ts';

/** Smaller disks are noise that exceeds the threshold by chance. */
const smallestRadiusPx = 1.5;

/**
 * Estimates from a plane [height, width] the σ that detects its nuclei. Otsu's threshold finds the bright
 * part of the image. It is taken on the square root of the intensity, so that dim nuclei count too. The
 * largest disks that fit fill this part, one per nucleus. Touching nuclei hardly change the disks. The median
 * disk, weighted by radius against specks, gives σ.
 * @param outerSigmaRatio of the difference of Gaussians that will use σ.
 * @param padding pixels that do not count, of a plane with filled padding; `null`: all count.
 * @returns the inner σ in px; `undefined` for an image without contrast.
 */
export function estimateNucleusSigma(
  plane: FloatPlane,
  outerSigmaRatio: number,
  padding: Uint8Array | null = null,
): number | undefined {
  const { height, width } = plane;
  const dark = numberAt(percentiles({ data: outsidePadding(plane.data, padding) }, [1]), 0);
  const roots = new Float32Array(plane.data.length);
  for (let i = 0; i < roots.length; i++) roots[i] = Math.sqrt(Math.max(0, plane.data[i]! - dark));
  const smooth = gaussianFilter({ height, width, data: roots }, 1.5);
  const threshold = otsuThreshold({ data: outsidePadding(smooth.data, padding) });
  // Stray light may exceed the global threshold. A nucleus is also brighter than its neighbourhood.
  const neighbourhood = coarseBlur(smooth, Math.min(height, width) / 10);
  const bright: Mask = { height, width, data: new Uint8Array(smooth.data.length) };
  for (let i = 0; i < bright.data.length; i++) {
    if (smooth.data[i]! > Math.max(threshold, neighbourhood.data[i]!)) bright.data[i] = 1;
  }
  if (bright.data.every((v) => v === bright.data[0])) return undefined;

  const radii = inscribedRadii(bright, padding).filter((radius) => radius >= smallestRadiusPx);
  const radiusPx = weightedQuantile(radii, radii, 0.5);
  return radii.length === 0 ? undefined : radiusPx / bestRadiusPerSigma(outerSigmaRatio);
}

/**
 * Radius of the disk with the strongest response at its centre, in units of the inner σ. A disk of radius r
 * has the response exp(−r²/2k²σ²) − exp(−r²/2σ²) at its centre. Its maximum is at r²/2σ² = ln k² / (1 −
 * 1/k²).
 */
function bestRadiusPerSigma(outerSigmaRatio: number): number {
  const square = outerSigmaRatio ** 2;
  return Math.sqrt((2 * Math.log(square)) / (1 - 1 / square));
}
