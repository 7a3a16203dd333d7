import type { CellLabels, Segmentation } from '../contract/pixels.ts';
import { cellAreas } from '../imaging/label/cell-areas.ts';
import { fewestCells, isSameSize } from '../model/image-scale.ts';
import type { Network } from './network.ts';
import { cutByScore } from './segment-image.ts';
import type { SegmentOptions } from './segment-image.ts';

/** Maximum number of repeats. The second size estimate comes from better masks than the first. */
const mostRepeats = 2;

/** Largest assumed factor between an image's cell size and that of the training images. */
const farthest = 3;

/**
 * Corrects for the model's bias towards its training size: cells 2 times too small get masks only 1.6 times
 * too small.
 */
const lean = 1.5;

/** A segmentation and the scale it was made at. */
export type ScaledSegmentation<Labels extends CellLabels> = Segmentation<Labels> & { scale: number };

/**
 * Segments an image whose cells may differ in size from the training images. If the cells found have another
 * size, the image is segmented again at the corrected scale. The new result stays only if the scores are
 * higher.
 *
 * @param segmentAt segments the image at a scale, with cells of any score
 * @param options `scale` is right for cells of the training size; cells of lower scores than `minScore`
 * are left
 *   out in the end
 * @returns the segmentation and its final scale
 * @throws what `segmentAt` throws
 */
export async function segmentAtOwnSize<Labels extends CellLabels>(
  segmentAt: (scale: number) => Promise<Segmentation<Labels>>,
  { cellDiameterPx }: Pick<Network, 'cellDiameterPx'>,
  options: Pick<SegmentOptions, 'scale' | 'minScore'>,
): Promise<ScaledSegmentation<Labels>> {
  let best = { ...(await segmentAt(options.scale)), scale: options.scale };
  for (let repeat = 0; repeat < mostRepeats; repeat++) {
    const factor = correction(best, cellDiameterPx);
    const scale = clamp(best.scale * factor, options.scale / farthest, options.scale * farthest);
    if (isSameSize(scale, best.scale)) break;
    const again = { ...(await segmentAt(scale)), scale };
    if (!isSurer(again, best)) break;
    best = again;
  }
  return { ...cutByScore(best, options), scale: best.scale };
}

/**
 * Factor by which the scale must change so that the cells found have the training size. 1 if too few cells
 * were found, or only cells with low scores.
 */
function correction(found: ScaledSegmentation<CellLabels>, knownDiameterPx: number): number {
  if (found.scores.length < fewestCells || found.scores.every((score) => score === 0)) return 1;
  const ratio = knownDiameterPx / (meanDiameter(found) * found.scale);
  return isSameSize(ratio, 1) ? 1 : ratio ** lean;
}

/** Diameter in image px of the disk with the cells' mean area, weighted by score. NaN without cells. */
export function meanDiameter({
  labels,
  scores,
}: Pick<Segmentation<CellLabels>, 'labels' | 'scores'>): number {
  const areas = cellAreas(labels);
  let [area, weight] = [0, 0];
  scores.forEach((score, k) => {
    area += score * areas[k];
    weight += score;
  });
  return Math.sqrt(((4 / Math.PI) * area) / weight);
}

/**
 * Whether the scores rise, and not only because most cells are gone. Each cell is weighted by its score: a
 * larger scale finds more debris, whose low scores say nothing about the cells.
 */
export function isSurer(again: Pick<Segmentation, 'scores'>, before: Pick<Segmentation, 'scores'>): boolean {
  const [now, then] = [again, before].map(({ scores }) => {
    const sum = scores.reduce((all, score) => all + score, 0);
    return { sum, sureness: scores.reduce((all, score) => all + score ** 2, 0) / sum };
  }) as [Sureness, Sureness];
  return now.sureness > then.sureness && now.sum > then.sum / 2;
}

interface Sureness {
  sum: number;
  /** Mean score, weighted by the score. */
  sureness: number;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
