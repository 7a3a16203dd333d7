import type { FloatPlane } from '../../contract/pixels.ts';
import { blocksWithPadding } from '../../imaging/padding/blocks-with-padding.ts';
import { outsidePadding } from '../../imaging/intensity/outside-padding.ts';
import { otsuThreshold } from '../../imaging/intensity/otsu.ts';
import { percentiles } from '../../imaging/intensity/percentiles.ts';
import { blockMeans } from '../../imaging/resample/block-means.ts';

/** What separates cells from background: brightness, or local changes of brightness. */
export type FeatureKind = 'intensity' | 'local-contrast';

const enoughPixels = 2 ** 18;
/** Between the values of phase contrast images (up to 1.4) and fluorescence images (from 2.2). */
const leastClassRatio = 1.7;
/** Between the values of phase contrast images (up to 2.0) and fluorescence images (from 3.6). */
const leastTailRatio = 2.7;

/**
 * Chooses the feature for a plane [height, width]. In fluorescence, cells are bright on a dark background:
 * the brighter Otsu class is several times as bright as the darker. If a camera offset hides that, the bright
 * tail of the histogram is much longer than the dark one. In phase contrast and bright field the background
 * is bright, and both ratios are near 1.
 * @param padding pixels that do not count, of a plane with filled padding; `null`: all count.
 */
export function chooseFeature(plane: FloatPlane, padding: Uint8Array | null = null): FeatureKind {
  // Block means have less noise and still enough pixels for a histogram.
  const block = Math.max(2, Math.round(Math.sqrt(plane.data.length / enoughPixels)));
  const smooth = { data: shownBlocks(plane, block, padding) };
  const [low, median, high] = percentiles(smooth, [0.5, 50, 99.5]) as [number, number, number];
  if ((high - median) / (median - low) >= leastTailRatio) return 'intensity';
  const clipped = smooth.data.map((value) => Math.min(high, Math.max(low, value)));
  const threshold = otsuThreshold({ data: clipped });
  let brightSum = 0;
  let darkSum = 0;
  let brightCount = 0;
  for (let i = 0; i < clipped.length; i++) {
    const value = clipped[i]!;
    if (value > threshold) {
      brightSum += value;
      brightCount++;
    } else darkSum += value;
  }
  const ratio = brightSum / brightCount / (darkSum / (clipped.length - brightCount));
  return ratio >= leastClassRatio ? 'intensity' : 'local-contrast';
}

/** The means of the blocks that hold no padding. */
function shownBlocks(plane: FloatPlane, block: number, padding: Uint8Array | null): Float32Array {
  return outsidePadding(blockMeans(plane, block).data, blocksWithPadding(plane, padding, block));
}
