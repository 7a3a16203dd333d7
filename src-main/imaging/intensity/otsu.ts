import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * The threshold that best parts a plane's values into two classes (largest variance between them), on a histogram of `bins`
 * equal bins from the smallest to the largest value; the centre of a bin, as `skimage.filters.threshold_otsu`. A constant
 * plane gives its value.
 *
 * N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics
 * 9(1), 1979, pp. 62–66.
 * @throws RangeError when the plane has no pixel or `bins` is less than 2.
 */
export function otsuThreshold(plane: Pick<FloatPlane, 'data'>, bins = 256): number {
  const { data } = plane;
  if (data.length === 0)
    throw new RangeError('otsuThreshold needs at least one pixel, received an empty plane');
  if (!(bins >= 2)) throw new RangeError(`bins must be at least 2, received ${bins}`);
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!(max > min)) return min;

  const binWidth = (max - min) / bins;
  const histogram = new Float64Array(bins);
  for (let i = 0; i < data.length; i++) {
    histogram[Math.min(bins - 1, Math.floor((data[i]! - min) / binWidth))]!++;
  }

  // All in units of bins; the sums below the split grow, those above are what is left.
  let totalSum = 0;
  for (let bin = 0; bin < bins; bin++) totalSum += histogram[bin]! * bin;
  let countBelow = 0;
  let sumBelow = 0;
  let bestVariance = -1;
  let best = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    countBelow += histogram[bin]!;
    sumBelow += histogram[bin]! * bin;
    const countAbove = data.length - countBelow;
    const variance =
      countBelow * countAbove * (sumBelow / countBelow - (totalSum - sumBelow) / countAbove) ** 2;
    if (variance > bestVariance) {
      bestVariance = variance;
      best = bin;
    }
  }
  return min + (best + 0.5) * binWidth;
}
