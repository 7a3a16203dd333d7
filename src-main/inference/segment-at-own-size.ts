import { float32At, numberAt } from '../contract/elements.ts';
import type { CellLabels, Segmentation } from '../contract/pixels.ts';
import { cellAreas } from '../imaging/label/cell-areas.ts';
import { fewestCells, isSameSize } from '../model/image-scale.ts';
import type { Network } from './network.ts';
import { cutByScore } from './segment-image.ts';
import type { SegmentImageOptions } from './segment-image.ts';

/** Largest number of other scales that are tried. */
const mostRepeats = 5;

/** Largest factor between two scales that are tried one after the other. */
const largestStep = 1.4;

/** Largest assumed factor between an image's cell size and that of the training images. */
const farthest = 3;

/**
 * Corrects for the model's bias towards its training size: cells 2 times too small get masks only 1.6 times
 * too small.
 */
const lean = 1.5;

/** A segmentation and the scale it was made at. */
export type ScaledSegmentation<Labels extends CellLabels> = Segmentation<Labels> & { scale: number };

export interface OwnSizeOptions extends Pick<SegmentImageOptions, 'scale' | 'minScore'> {
  /** The mean diameter of the cells in image px, as `findCellSize`; `null`: unknown. */
  estimateSize?: () => Promise<number | null>;
}

/**
 * Segments an image whose cells may differ in size from the training images. If the cells found have another
 * size, the image is segmented again at a better scale, in small steps. A step stays only if the cells then
 * explain more of the image (see `explained`). At a wrong scale, masks are cut into pieces or miss parts, and
 * their scores fall. Areas alone say little, because masks are biased towards the training size.
 *
 * A model that learned many kinds of cells, all at one size, cannot tell the size in a new image by one look.
 * Then `estimateSize` tells it, and the image is segmented once.
 *
 * @param segmentAt segments the image at a scale, with cells of any score
 * @param options `scale` is right for cells of the training size. Cells with scores below `minScore` are left
 *   out at the end.
 * @returns the segmentation and its final scale
 * @throws what `segmentAt` throws
 */
export async function segmentAtOwnSize<Labels extends CellLabels>(
  segmentAt: (scale: number) => Promise<Segmentation<Labels>>,
  { cellDiameterPx }: Pick<Network, 'cellDiameterPx'>,
  options: OwnSizeOptions,
): Promise<ScaledSegmentation<Labels>> {
  const estimate = (await options.estimateSize?.()) ?? null;
  const start = estimate === null ? options.scale : cellDiameterPx / estimate;
  let best = { ...(await segmentAt(start)), scale: start };
  for (let repeats = 0; estimate === null && repeats < mostRepeats; repeats++) {
    const wanted = best.scale * correction(best, cellDiameterPx);
    const scale = clamp(wanted, start / farthest, start * farthest);
    if (isSameSize(scale, best.scale)) break;
    const again = { ...(await segmentAt(scale)), scale };
    if (!explainsMore(again, best)) break;
    best = again;
  }
  return { ...cutByScore(best, options), scale: best.scale };
}

/**
 * Factor for the scale that brings the cells found nearer to the training size. 1 if too few cells were
 * found, or only cells with low scores.
 */
function correction(found: ScaledSegmentation<CellLabels>, knownDiameterPx: number): number {
  const { scores } = found;
  if (scores.length < fewestCells || !scores.some((score) => score > 0)) return 1;
  const ratio = knownDiameterPx / (meanDiameter(found) * found.scale);
  return isSameSize(ratio, 1) ? 1 : clamp(ratio ** lean, 1 / largestStep, largestStep);
}

/** Diameter in image px of the disk with the cells' mean area, weighted by score. NaN without cells. */
export function meanDiameter({
  labels,
  scores,
}: Pick<Segmentation<CellLabels>, 'labels' | 'scores'>): number {
  const areas = cellAreas(labels);
  let [area, weight] = [0, 0];
  scores.forEach((score, k) => {
    area += score * float32At(areas, k);
    weight += score;
  });
  return Math.sqrt(((4 / Math.PI) * area) / weight);
}

/**
 * Whether cells at another scale explain more of the image, and most of them are still there. Each counts
 * with its score, because a larger scale finds more debris, with low scores.
 */
export function explainsMore(again: SegmentationOfAnyKind, before: SegmentationOfAnyKind): boolean {
  return explained(again) > explained(before) && sumOf(again.scores) > sumOf(before.scores) / 2;
}

type SegmentationOfAnyKind = Pick<Segmentation<CellLabels>, 'labels' | 'scores'>;

/** The expected number of pixels that right cells cover: the sum of score × area. */
export function explained({ labels, scores }: SegmentationOfAnyKind): number {
  const areas = cellAreas(labels);
  return scores.reduce((sum, score, k) => sum + score * numberAt(areas, k), 0);
}

function sumOf(scores: Float32Array): number {
  return scores.reduce((sum, score) => sum + score, 0);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
