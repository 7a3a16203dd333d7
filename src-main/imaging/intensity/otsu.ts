import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * The threshold that best separates a plane's values into two classes, with the largest variance between
 * them. It uses a histogram of `bins` equal bins from the smallest to the largest value. The result is the
 * centre of a bin, as in `skimage.filters.threshold_otsu`. For a constant plane it is its value.
 *
 * N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and
 * Cybernetics 9(1), 1979, pp. 62–66.
 * @throws RangeError if the plane has no pixel or `bins` is less than 2.
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

  // All in units of bins. Sums below the split accumulate; sums above are the remainder.
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
