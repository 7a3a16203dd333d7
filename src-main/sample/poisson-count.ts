import type { SeededRandom } from '../model/seeded-random.ts';

/** From this mean on a count is a rounded Gaussian: the difference is below a camera's read noise. */
const asNormalFrom = 60;

/**
 * Draws a count with the given mean (and variance): photons per pixel.
 *
 * D. E. Knuth, The Art of Computer Programming, volume 2, Seminumerical Algorithms, section 3.4.1.
 */
export function poissonCount(mean: number, random: SeededRandom): number {
  if (mean >= asNormalFrom) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}
