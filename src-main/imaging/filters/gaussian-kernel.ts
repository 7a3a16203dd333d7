import { float64At } from '../../contract/elements.ts';
import type { HalfKernel } from './pair-sums.ts';

/** The kernel is truncated at this many σ, as in scipy. */
const truncateSigmas = 4;

/**
 * A Gaussian with a standard deviation in px, sampled at whole pixels and scaled to sum 1 (`order` 0). For
 * `order` 1 its first derivative, so that correlation gives the derivative per px.
 * @throws RangeError if σ is not a positive number.
 */
export function gaussianKernel(sigmaPx: number, order: 0 | 1 = 0): HalfKernel {
  if (!(sigmaPx > 0 && Number.isFinite(sigmaPx))) {
    throw new RangeError(`sigmaPx must be a positive number, received ${sigmaPx}`);
  }
  const radius = Math.floor(truncateSigmas * sigmaPx + 0.5);
  const weights = Float64Array.from({ length: radius + 1 }, (_, k) =>
    Math.exp((-0.5 * k * k) / sigmaPx ** 2),
  );
  let sum = float64At(weights, 0);
  for (let k = 1; k <= radius; k++) sum += 2 * float64At(weights, k);
  for (let k = 0; k <= radius; k++) weights[k] = float64At(weights, k) / sum;
  if (order === 0) return { parity: 'even', weights };
  for (let k = 0; k <= radius; k++) weights[k] = float64At(weights, k) * (k / sigmaPx ** 2);
  return { parity: 'odd', weights };
}
