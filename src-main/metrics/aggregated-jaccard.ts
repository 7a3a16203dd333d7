import { float64At, int32At, uint32At } from '../contract/elements.ts';
import { iouOf } from './count-overlaps.ts';
import type { InstanceOverlaps } from './count-overlaps.ts';

/**
 * Aggregated Jaccard index (AJI) of a set of images. Every true instance is paired with the prediction of
 * highest IoU. One prediction may be paired several times. AJI is Σ intersections / (Σ unions + Σ areas of
 * unpaired predictions). A true instance without overlap adds its area to the unions. 0 / 0 is NaN.
 *
 * Source: N. Kumar et al., "A dataset and a technique for generalized nuclear segmentation for computational
 * pathology", IEEE Transactions on Medical Imaging 36:1550 (2017), algorithm 1.
 */
export function aggregatedJaccard(images: readonly InstanceOverlaps[]): number {
  let intersections = 0;
  let unions = 0;
  for (const overlaps of images) {
    const { predictionAreas, predictionIndex, truthAreas, truthIndex, areas } = overlaps;
    const bestOverlap = new Int32Array(truthAreas.length).fill(-1);
    for (let i = 0; i < areas.length; i++) {
      const best = int32At(bestOverlap, uint32At(truthIndex, i));
      if (best < 0 || iouOf(overlaps, i) > iouOf(overlaps, best)) bestOverlap[uint32At(truthIndex, i)] = i;
    }
    const isTaken = new Uint8Array(predictionAreas.length);
    for (let truth = 0; truth < truthAreas.length; truth++) {
      const best = int32At(bestOverlap, truth);
      if (best < 0) {
        unions += float64At(truthAreas, truth);
        continue;
      }
      intersections += float64At(areas, best);
      unions +=
        float64At(truthAreas, truth) +
        float64At(predictionAreas, uint32At(predictionIndex, best)) -
        float64At(areas, best);
      isTaken[uint32At(predictionIndex, best)] = 1;
    }
    predictionAreas.forEach((area, k) => {
      if (isTaken[k] === 0) unions += area;
    });
  }
  return intersections / unions;
}
