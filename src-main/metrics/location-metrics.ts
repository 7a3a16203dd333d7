import type { LocationReport } from '../contract/metrics.ts';
import type { LabelImage, Locations } from '../contract/pixels.ts';

/**
 * Precision, recall and F1 of predicted against true locations: a pair counts when it is no further apart than
 * `maxDistancePx`, nobody is paired twice, and as many pairs are made as can be made (a maximum matching, so that the
 * figures do not hang on the order of the points).
 *
 * @param maxDistancePx largest distance of a pair in px, inclusive
 * @throws RangeError where `maxDistancePx` is not a positive number
 *
 * Source: augmenting paths, C. Berge, "Two theorems in graph theory", PNAS 43:842 (1957).
 */
export function locationMetrics(
  predicted: Locations,
  truth: Locations,
  maxDistancePx: number,
): LocationReport {
  if (!(maxDistancePx > 0)) {
    throw new RangeError(`maxDistancePx must be a positive number, received ${maxDistancePx}`);
  }
  const pairs = countPairs(neighbours(predicted, truth, maxDistancePx), truth.length / 2);
  return locationReport(pairs, predicted.length / 2, truth.length / 2);
}

/**
 * Precision, recall and F1 of predicted locations against true instances: an instance is found when at least one
 * location lies on its pixels; a second location on the same instance, or one on the background or outside the image,
 * is a false positive.
 *
 * @param labels the true instances, [height, width]
 */
export function locationsInInstances(predicted: Locations, labels: LabelImage): LocationReport {
  const found = new Set<number>();
  for (let k = 0; k < predicted.length; k += 2) {
    const y = Math.floor(predicted[k]);
    const x = Math.floor(predicted[k + 1]);
    if (y < 0 || x < 0 || y >= labels.height || x >= labels.width) continue;
    const label = labels.data[y * labels.width + x];
    if (label > 0) found.add(label);
  }
  const present = new Set(labels.data);
  present.delete(0);
  return locationReport(found.size, predicted.length / 2, present.size);
}

function locationReport(truePositives: number, predictions: number, truths: number): LocationReport {
  return {
    truePositives,
    falsePositives: predictions - truePositives,
    falseNegatives: truths - truePositives,
    precision: truePositives / predictions,
    recall: truePositives / truths,
    f1: (2 * truePositives) / (predictions + truths),
  };
}

/** For each predicted location the indices of the true ones within reach, nearest first. */
function neighbours(predicted: Locations, truth: Locations, reachPx: number): number[][] {
  const cells = new Map<string, number[]>(); // grid of squares of one reach: a neighbour lies in one of nine
  const square = (value: number): number => Math.floor(value / reachPx);
  for (let t = 0; t < truth.length / 2; t++) {
    const key = `${square(truth[2 * t])},${square(truth[2 * t + 1])}`;
    const cell = cells.get(key);
    if (cell) cell.push(t);
    else cells.set(key, [t]);
  }
  const lists: number[][] = [];
  for (let p = 0; p < predicted.length; p += 2) {
    const [y, x] = [predicted[p], predicted[p + 1]];
    const near: { t: number; distance: number }[] = [];
    for (let row = square(y) - 1; row <= square(y) + 1; row++) {
      for (let column = square(x) - 1; column <= square(x) + 1; column++) {
        for (const t of cells.get(`${row},${column}`) ?? []) {
          const distance = Math.hypot(truth[2 * t] - y, truth[2 * t + 1] - x);
          if (distance <= reachPx) near.push({ t, distance });
        }
      }
    }
    near.sort((a, b) => a.distance - b.distance);
    lists.push(near.map(({ t }) => t));
  }
  return lists;
}

/** Size of a maximum matching of a bipartite graph: from every free left node, flip a shortest augmenting path. */
function countPairs(lists: readonly number[][], rightCount: number): number {
  const partnerOfRight = new Int32Array(rightCount).fill(-1);
  const partnerOfLeft = new Int32Array(lists.length).fill(-1);
  let pairs = 0;
  for (let start = 0; start < lists.length; start++) {
    const reachedFrom = new Map<number, number>(); // right node → the left node that reached it
    const queue = [start];
    let free = -1;
    for (let head = 0; head < queue.length && free < 0; head++) {
      for (const right of lists[queue[head]]) {
        if (reachedFrom.has(right)) continue;
        reachedFrom.set(right, queue[head]);
        if (partnerOfRight[right] < 0) {
          free = right;
          break;
        }
        queue.push(partnerOfRight[right]);
      }
    }
    if (free < 0) continue;
    pairs++;
    for (let right = free; right >= 0;) {
      const left = reachedFrom.get(right)!;
      const next = partnerOfLeft[left];
      partnerOfRight[right] = left;
      partnerOfLeft[left] = right;
      right = next;
    }
  }
  return pairs;
}
