import type { FloatPlane, Mask } from '../../contract/pixels.ts';
import { cutScratch, graphCut } from './graph-cut.ts';
import type { CutBounds } from './graph-cut.ts';
import { neighbourWeights } from './neighbour-weights.ts';

/** Energy units of a pixel's full pull: fine enough that rounding has no visible effect. */
const fullPull = 1000;
/** A pixel pulls fully when its feature differs from the threshold by this many e-folds. */
const fullPullAt = 0.5;

/**
 * Divides a feature [height, width] into foreground and background at each of several thresholds, by graph
 * cut. A pixel pulls towards the foreground with the logarithm of feature over threshold, up to a limit.
 * Neighbours hold together where the feature is even (`neighbourWeights`). A higher threshold gives a smaller
 * foreground inside the larger one, so each cut bounds the next.
 * @param thresholds positive, in any order.
 * @param smoothness weight between two side neighbours of even feature, in units of a pixel's full pull.
 * @returns one mask per threshold, in the order given; the generator yields after each of them.
 */
export function* cutForegrounds(
  feature: FloatPlane,
  thresholds: readonly number[],
  smoothness: number,
): Generator<void, Mask[]> {
  const { height, width } = feature;
  const size = height * width;
  const least = Math.min(...thresholds) * Math.exp(-2 * fullPullAt);
  const logarithm = { height, width, data: new Float32Array(size) };
  const logs = logarithm.data;
  for (let i = 0; i < size; i++) logs[i] = Math.log(Math.max(least, feature.data[i]!));
  const weights = neighbourWeights(logarithm, smoothness * fullPull);
  const unary = new Int16Array(size); // within ± fullPull
  const scratch = cutScratch(size, fullPull * (1 + 8 * smoothness));
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

  // Starts with the middle threshold, because it bounds both halves; then the same in each half.
  const ascending = thresholds.map((_, i) => i).sort((a, b) => thresholds[a]! - thresholds[b]!);
  const masks: Mask[] = [];
  function* cutBetween(first: number, last: number, bounds: CutBounds): Generator<void> {
    if (first > last) return;
    const middle = (first + last) >> 1;
    const mask = cut(thresholds[ascending[middle]!]!, bounds);
    masks[ascending[middle]!] = mask;
    yield;
    yield* cutBetween(first, middle - 1, { ...bounds, containing: mask });
    yield* cutBetween(middle + 1, last, { ...bounds, within: mask });
  }
  yield* cutBetween(0, ascending.length - 1, {});
  return masks;
}
