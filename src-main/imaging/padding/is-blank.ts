import type { FloatPlane } from '../../contract/pixels.ts';

/** Why nothing is found in a blank image. */
export const blankNote = 'The image is blank: it is constant, or shows nothing but noise.';

/**
 * Neighbours must be more similar than in noise by this number of standard deviations. Noise exceeds it once
 * in three million images.
 */
const leastDeviations = 5;

/**
 * Whether a plane [height, width] shows nothing: it is constant, or white noise. Neighbouring pixels of an
 * image are similar, because every object and every point spread is wider than a pixel. Those of white noise
 * are not, for any amplitude and distribution. The measure is Moran's I over the 4-neighbourhood: the mean
 * product of neighbours' deviations over the variance. For N pixels of white noise it is −1 / (N − 1) on
 * average, with a variance of nearly 1 / (number of pairs).
 *
 * P. A. P. Moran, "Notes on Continuous Stochastic Phenomena", Biometrika 37(1/2), 1950, pp. 17–23.
 * @param padding pixels that do not count; `null`: all count
 */
export function isBlank({ height, width, data }: FloatPlane, padding: Uint8Array | null): boolean {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    if (padding !== null && padding[i] !== 0) continue;
    sum += data[i]!;
    count++;
  }
  if (count === 0) return true;
  const mean = sum / count;
  let variance = 0;
  let products = 0;
  let pairs = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (padding !== null && padding[i] !== 0) continue;
      const deviation = data[i]! - mean;
      variance += deviation * deviation;
      if (x + 1 < width && (padding === null || padding[i + 1] === 0)) {
        products += deviation * (data[i + 1]! - mean);
        pairs++;
      }
      if (y + 1 < height && (padding === null || padding[i + width] === 0)) {
        products += deviation * (data[i + width]! - mean);
        pairs++;
      }
    }
  }
  // In a constant plane, rounding leaves a tiny variance: the square of a float64's last digits.
  if (!(variance / count > (1e-12 * mean) ** 2) || variance === 0 || pairs === 0) return true;
  const moran = products / pairs / (variance / count);
  return moran <= leastDeviations / Math.sqrt(pairs) - 1 / Math.max(1, count - 1);
}
