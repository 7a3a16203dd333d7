import learned from '../../resources/cell-size.json' with { type: 'json' };
import { itemAt, numberAt } from '../contract/elements.ts';
import type { JobControl } from '../contract/job.ts';
import type { FloatPlane, ImageArea } from '../contract/pixels.ts';
import { cellAreas } from '../imaging/label/cell-areas.ts';
import { cutPixels } from '../imaging/raster/cut-pixels.ts';
import type { Network } from './network.ts';
import { explainsMore } from './segment-at-own-size.ts';
import { segmentEvery } from './segment-image.ts';

/** Cell diameters that are tried, in image px: each √2 times the one before. */
export const triedDiametersPx: readonly number[] = Array.from({ length: 9 }, (_, k) => 8 * 2 ** (k / 2));

/**
 * Sides of the windows that are segmented at each size, in network px. The larger ones are only looked at if
 * the smaller ones leave the size in doubt.
 */
export const lookWindowsPx: readonly number[] = learned.looks.map(({ windowPx }) => windowPx);

/** From this probability on, a size is sure. With it, both looks together err as rarely as the larger one. */
const sureFrom = 0.7;

/** Side of the window that is segmented at the estimated size, and once more a little larger. */
const trialWindowPx = 384;

/** Factor of the scale that is tried, too: some kinds of cells are found better a little larger. */
const largerStep = 1.25;

/** The largest window at any size, in image px, for a network whose cells have this diameter. */
export function largestWindowPx(cellDiameterPx: number): number {
  const sidePx = Math.max(...lookWindowsPx, trialWindowPx);
  return Math.ceil((sidePx / cellDiameterPx) * Math.max(...triedDiametersPx));
}

/** What the network finds in a window, if cells have one of `triedDiametersPx`. */
export interface SizeSignals {
  /** Sum of score × area, divided by the area of the window. */
  explained: number;
  /** Diameter of the masks in units of the network's cell diameter: root mean square, weighted by score. */
  relativeDiameter: number;
  /** Sum of the scores per area of a cell's square. */
  density: number;
  /** Mean score, weighted by score × area. */
  score: number;
}

/**
 * Estimates the mean diameter of the cells in an image, for a network that knows cells of any kind at one
 * size. Windows of the image are segmented as if cells had each of nine sizes. At the right size the masks
 * have the size of the training cells, and follow a change of scale. At a wrong size masks keep the training
 * size, because the network shows what it expects. Learned weights of such signs give each size a
 * probability (`build/base/learn-cell-size.ts`). A scale a little larger than the estimated one is taken if
 * cells explain more of a window there.
 *
 * Only windows are segmented, so the time does not grow with the image.
 *
 * @param planes one per channel, all [height, width]: the image, or a large part of it
 * @returns in image px; `null` if nothing is found at any size
 * @throws what `network.predict` throws
 */
export async function findCellSize(
  network: Network,
  planes: readonly FloatPlane[],
  control: JobControl,
): Promise<number | null> {
  control.onProgress({ done: 0, total: 1, message: 'Estimating the cell size' });
  const estimate = await sureSize(async (look) => {
    const { windowPx, weights } = itemAt(learned.looks, look);
    return mostProbableSize(await sizeSignals(network, planes, control, windowPx), weights);
  });
  return estimate === null ? null : triedLarger(network, planes, estimate, control);
}

/**
 * The size by the first look that is sure of it, otherwise by the last look.
 * @param sizeOf a look, by its place in `lookWindowsPx`
 */
export async function sureSize(
  sizeOf: (look: number) => ProbableSize | null | Promise<ProbableSize | null>,
): Promise<number | null> {
  let found: ProbableSize | null = null;
  for (let look = 0; look < lookWindowsPx.length; look++) {
    found = await sizeOf(look);
    if (found !== null && found.probability >= sureFrom) break;
  }
  return found?.diameterPx ?? null;
}

/** The estimated diameter, or a smaller one at whose scale cells explain more of a window. */
async function triedLarger(
  network: Network,
  planes: readonly FloatPlane[],
  diameterPx: number,
  { signal }: Pick<JobControl, 'signal'>,
): Promise<number> {
  const scale = network.cellDiameterPx / diameterPx;
  const window = busiestWindow(itemAt(planes, 0), Math.round(trialWindowPx / scale));
  const parts = planes.map((plane) => cutWindow(plane, window));
  const control = { signal, onProgress: () => undefined };
  const before = await segmentEvery(network, parts, { scale, control });
  const again = await segmentEvery(network, parts, { scale: scale * largerStep, control });
  return explainsMore(again, before) ? diameterPx / largerStep : diameterPx;
}

/**
 * The signals at each of `triedDiametersPx`, from the window with the most detail.
 * @param sidePx of the window, in network px
 */
export async function sizeSignals(
  network: Network,
  planes: readonly FloatPlane[],
  { signal }: Pick<JobControl, 'signal'>,
  sidePx: number,
): Promise<SizeSignals[]> {
  const signals: SizeSignals[] = [];
  for (const diameterPx of triedDiametersPx) {
    const scale = network.cellDiameterPx / diameterPx;
    const window = busiestWindow(itemAt(planes, 0), Math.round(sidePx / scale));
    const parts = planes.map((plane) => cutWindow(plane, window));
    const control = { signal, onProgress: () => undefined };
    const { labels, scores } = await segmentEvery(network, parts, { scale, control });
    const areas = cellAreas(labels);
    let [sum, area, squares] = [0, 0, 0];
    scores.forEach((score, k) => {
      sum += score;
      area += score * numberAt(areas, k);
      squares += score ** 2 * numberAt(areas, k);
    });
    const whole = window.height * window.width;
    signals.push(
      sum > 0 && area > 0
        ? {
            explained: area / whole,
            relativeDiameter: Math.sqrt(((4 / Math.PI) * area) / sum) / diameterPx,
            density: (sum * diameterPx ** 2) / whole,
            score: squares / area,
          }
        : { explained: 0, relativeDiameter: 1, density: 0, score: 0 },
    );
  }
  return signals;
}

/** Least values whose logarithm is taken: smaller ones mean that nothing was found. */
const least = { explained: 1e-3, density: 1e-3, score: 0.02 };

/** The signs of each size in the signals of all sizes: one row per size. */
export function sizeSigns(signals: readonly SizeSignals[]): number[][] {
  const logOf = (name: keyof typeof least): number[] =>
    signals.map((each) => Math.log2(Math.max(each[name], least[name])));
  const explained = logOf('explained');
  const density = logOf('density');
  const score = logOf('score');
  const diameter = signals.map(({ relativeDiameter }) => Math.log2(relativeDiameter));
  const last = signals.length - 1;
  const highest = Math.max(...explained);
  const surest = Math.max(...score);
  const densest = Math.max(...density);
  return signals.map((_, k) => {
    const [below, above] = [Math.max(0, k - 1), Math.min(last, k + 1)];
    const at = (values: readonly number[], index: number): number => numberAt(values, index);
    const own = at(diameter, k);
    // Per octave of assumed size: −1 if masks follow the cells, 0 if they have the training size anyway.
    const slope = (2 * (at(diameter, above) - at(diameter, below))) / (above - below);
    // The size that the masks at another scale have, in octaves from this size.
    const impliedBy = (index: number): number => Math.abs((index - k) / 2 + at(diameter, index));
    return [
      at(explained, k) - highest,
      at(score, k) - surest,
      own,
      own ** 2,
      slope,
      Math.min(0, slope + 1) ** 2 + Math.max(0, slope) ** 2,
      at(explained, k) - at(explained, above),
      at(explained, k) - at(explained, below),
      at(score, k) - at(score, above),
      at(score, k) - at(score, below),
      at(explained, k),
      at(score, k),
      impliedBy(above),
      impliedBy(below),
      at(density, k) - densest,
      k === 0 ? 1 : 0,
      k === last ? 1 : 0,
    ];
  });
}

/** A size, and the probability of the tried size next to it and that size's neighbours. */
export interface ProbableSize {
  diameterPx: number;
  probability: number;
}

/**
 * The size around which the most probability lies: the mean of the logarithm over the best size and its
 * neighbours.
 *
 * @param weights one per sign
 * @returns in image px; `null` if nothing was found at any size
 */
export function mostProbableSize(
  signals: readonly SizeSignals[],
  weights: readonly number[],
): ProbableSize | null {
  if (signals.every(({ explained }) => explained === 0)) return null;
  const shares = probabilities(sizeSigns(signals), weights);
  const near = (k: number): number => (shares[k - 1] ?? 0) + numberAt(shares, k) + (shares[k + 1] ?? 0);
  let best = 0;
  for (let k = 1; k < shares.length; k++) if (near(k) > near(best)) best = k;
  let [sum, octaves] = [0, 0];
  for (const k of [best - 1, best, best + 1]) {
    const share = shares[k] ?? 0;
    sum += share;
    octaves += (share * k) / 2;
  }
  return { diameterPx: numberAt(triedDiametersPx, 0) * 2 ** (octaves / sum), probability: sum };
}

/** The share of each row, by the exponential of its weighted sum. */
export function probabilities(signs: readonly number[][], weights: readonly number[]): number[] {
  const sums = signs.map((row) => row.reduce((sum, sign, k) => sum + sign * numberAt(weights, k), 0));
  const highest = Math.max(...sums);
  const shares = sums.map((sum) => Math.exp(sum - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Distance between the windows that are compared, in px. */
const windowStepPx = 16;

/** The square with the largest differences between neighbouring pixels; the whole plane if it is smaller. */
function busiestWindow({ height, width, data }: FloatPlane, sidePx: number): ImageArea {
  const window = { top: 0, left: 0, height: Math.min(height, sidePx), width: Math.min(width, sidePx) };
  if (window.height === height && window.width === width) return window;
  // Sums over all pixels above and to the left.
  const columns = width + 1;
  const sums = new Float64Array((height + 1) * columns);
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x > 0) row += Math.abs(data[i]! - data[i - 1]!);
      if (y > 0) row += Math.abs(data[i]! - data[i - width]!);
      sums[(y + 1) * columns + x + 1] = sums[y * columns + x + 1]! + row;
    }
  }
  let most = -1;
  for (let top = 0; top <= height - window.height; top += windowStepPx) {
    const [first, end] = [top * columns, (top + window.height) * columns];
    for (let left = 0; left <= width - window.width; left += windowStepPx) {
      const right = left + window.width;
      const detail = sums[end + right]! - sums[first + right]! - sums[end + left]! + sums[first + left]!;
      if (detail > most) [most, window.top, window.left] = [detail, top, left];
    }
  }
  return window;
}

function cutWindow(plane: FloatPlane, window: ImageArea): FloatPlane {
  const { height, width } = window;
  if (height === plane.height && width === plane.width) return plane;
  return { height, width, data: cutPixels(plane.data, plane.width, window) };
}
