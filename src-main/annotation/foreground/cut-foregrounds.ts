import type { FloatPlane, Mask } from '../../contract/pixels.ts';
import { cutScratch, graphCut } from './graph-cut.ts';
import type { CutBounds } from './graph-cut.ts';
import { neighbourWeights } from './neighbour-weights.ts';

/** Units of the energy for the full pull of a pixel: fine enough that rounding does not show. */
const fullPull = 1000;
/** A pixel pulls with all its force when its feature is this many e-folds from the threshold. */
const fullPullAt = 0.5;

/**
 * Parts a feature [height, width] into foreground and background at each of several thresholds, by graph cut: a pixel pulls towards the
 * foreground with the logarithm of feature over threshold, up to a limit, and neighbours hold together where the feature is even
 * (`neighbourWeights`). The higher the threshold, the smaller the foreground, each within the one before: so one cut bounds the next.
 * @param thresholds positive, in any order.
 * @param smoothness what two side neighbours of even feature weigh, in units of the full pull of a pixel.
 * @returns one mask a threshold, in their order.
 */
export function cutForegrounds(
  feature: FloatPlane,
  thresholds: readonly number[],
  smoothness: number,
): Mask[] {
  const { height, width } = feature;
  const size = height * width;
  const least = Math.min(...thresholds) * Math.exp(-2 * fullPullAt);
  const logarithm = { height, width, data: new Float32Array(size) };
  const logs = logarithm.data;
  for (let i = 0; i < size; i++) logs[i] = Math.log(Math.max(least, feature.data[i]!));
  const weights = neighbourWeights(logarithm, smoothness * fullPull);
  const unary = new Int32Array(size);
  const scratch = cutScratch(size);
  const cut = (threshold: number, bounds: CutBounds): Mask => {
    const zero = Math.log(threshold);
    const within = bounds.within?.data ?? null;
    const containing = bounds.containing?.data ?? null;
    for (let i = 0; i < size; i++) {
      if ((within !== null && within[i] === 0) || (containing !== null && containing[i] !== 0)) continue;
      const pull = (logs[i]! - zero) * (fullPull / fullPullAt);
      unary[i] = pull >= fullPull ? fullPull : pull <= -fullPull ? -fullPull : Math.round(pull);
    }
    return graphCut({ height, width, unary, weights }, bounds, scratch);
  };

  // The middle threshold first: it bounds both halves, and so on.
  const ascending = thresholds.map((_, i) => i).sort((a, b) => thresholds[a]! - thresholds[b]!);
  const masks: Mask[] = [];
  const cutBetween = (first: number, last: number, bounds: CutBounds): void => {
    if (first > last) return;
    const middle = (first + last) >> 1;
    const mask = cut(thresholds[ascending[middle]!]!, bounds);
    masks[ascending[middle]!] = mask;
    cutBetween(first, middle - 1, { ...bounds, containing: mask });
    cutBetween(middle + 1, last, { ...bounds, within: mask });
  };
  cutBetween(0, ascending.length - 1, {});
  return masks;
}
