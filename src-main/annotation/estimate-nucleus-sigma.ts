import type { FloatPlane, Mask } from '../contract/pixels.ts';
import { coarseBlur } from '../imaging/filters/coarse-blur.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { otsuThreshold } from '../imaging/intensity/otsu.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { distanceTransform } from '../imaging/morphology/distance-transform.ts';
import { localMaxima } from './locations/local-maxima.ts';
import { weightedMedian } from './locations/weighted-median.ts';

/** Smaller disks are noise that exceeds the threshold by chance. */
const smallestRadiusPx = 1.5;

/**
 * Estimates from a plane [height, width] the σ that detects its nuclei. The bright part of the image (Otsu on
 * the square root of the intensity, so that dim nuclei count too) is filled with the largest disks that fit,
 * one per nucleus. Touching nuclei hardly change them. The median disk, weighted by radius against specks,
 * gives σ.
 * @param outerSigmaRatio of the difference of Gaussians that will use σ.
 * @returns the inner σ in px; `undefined` for an image without contrast.
 */
export function estimateNucleusSigma(plane: FloatPlane, outerSigmaRatio: number): number | undefined {
  const { height, width } = plane;
  const dark = percentiles(plane, [1])[0]!;
  const roots = { height, width, data: plane.data.map((value) => Math.sqrt(Math.max(0, value - dark))) };
  const smooth = gaussianFilter(roots, 1.5);
  const threshold = otsuThreshold(smooth);
  // Stray light may exceed the global threshold. A nucleus is also brighter than its neighbourhood.
  const neighbourhood = coarseBlur(smooth, Math.min(height, width) / 10);
  const bright: Mask = { height, width, data: new Uint8Array(smooth.data.length) };
  for (let i = 0; i < bright.data.length; i++) {
    if (smooth.data[i]! > Math.max(threshold, neighbourhood.data[i]!)) bright.data[i] = 1;
  }
  if (bright.data.every((v) => v === bright.data[0])) return undefined;

  const radii = inscribedRadii(bright).filter((radius) => radius >= smallestRadiusPx);
  const radiusPx = weightedMedian(radii, radii);
  return radii.length === 0 ? undefined : radiusPx / bestRadiusPerSigma(outerSigmaRatio);
}

/** Radii of the largest disks that fit into a mask, largest first. No disk is centred inside another. */
function inscribedRadii(mask: Mask): number[] {
  const { height, width } = mask;
  const distances = distanceTransform(mask);
  const covered = new Uint8Array(mask.data.length);
  const radii: number[] = [];
  for (const centre of localMaxima(gaussianFilter(distances, 1), 0)) {
    if (covered[centre] !== 0) continue;
    const radius = distances.data[centre]!;
    radii.push(radius);
    const centreY = Math.floor(centre / width);
    const centreX = centre % width;
    for (let y = Math.max(0, Math.ceil(centreY - radius)); y <= Math.min(height - 1, centreY + radius); y++) {
      const half = Math.floor(Math.sqrt(radius ** 2 - (y - centreY) ** 2));
      covered.fill(
        1,
        y * width + Math.max(0, centreX - half),
        y * width + Math.min(width, centreX + half + 1),
      );
    }
  }
  return radii;
}

/**
 * Radius, in units of the inner σ, of the disk with the strongest response at its centre. The response at the
 * centre of a disk of radius r is exp(−r²/2k²σ²) − exp(−r²/2σ²), with its maximum at r²/2σ² = ln k² / (1 −
 * 1/k²).
 */
function bestRadiusPerSigma(outerSigmaRatio: number): number {
  const square = outerSigmaRatio ** 2;
  return Math.sqrt((2 * Math.log(square)) / (1 - 1 / square));
}
