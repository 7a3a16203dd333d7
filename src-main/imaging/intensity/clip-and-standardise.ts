import type { FloatPlane } from '../../contract/pixels.ts';
import { outsidePadding } from './outside-padding.ts';
import { percentiles } from './percentiles.ts';

/**
 * Clips a plane [height, width] to two percentiles, then subtracts the mean and divides by the standard
 * deviation of the clipped values. A plane that is constant after clipping becomes zeros.
 * @param padding pixels that do not count for percentiles, mean and deviation; `null`: all count.
 * @throws RangeError if a percent is not in [0, 100] or `lowPercent` is not below `highPercent`.
 */
export function clipAndStandardise(
  plane: FloatPlane,
  lowPercent = 1,
  highPercent = 99.9,
  padding: Uint8Array | null = null,
): FloatPlane {
  if (!(lowPercent < highPercent)) {
    throw new RangeError(`lowPercent must be below highPercent, received ${lowPercent} and ${highPercent}`);
  }
  const { height, width, data } = plane;
  const [low, high] = percentiles({ data: outsidePadding(data, padding) }, [lowPercent, highPercent]) as [
    number,
    number,
  ];
  const out = new Float32Array(data.length);
  if (!(high > low)) return { height, width, data: out };
  let sum = 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]! < low ? low : data[i]! > high ? high : data[i]!;
    out[i] = value;
    if (padding !== null && padding[i] !== 0) continue;
    sum += value;
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < out.length; i++) {
    if (padding !== null && padding[i] !== 0) continue;
    const less = out[i]! - mean;
    squares += less * less;
  }
  const deviation = Math.sqrt(squares / count);
  for (let i = 0; i < out.length; i++) out[i] = (out[i]! - mean) / deviation;
  return { height, width, data: out };
}
