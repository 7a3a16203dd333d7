import type { FloatPlane, Segmentation } from '../contract/pixels.ts';
import { cellAreas } from '../imaging/label/cell-areas.ts';
import { fewestCells, isSameSize } from '../model/image-scale.ts';
import type { Network } from './network.ts';
import { segmentImage } from './segment-image.ts';
import type { SegmentOptions } from './segment-image.ts';

/** How often an image is segmented again at most: the second estimate is made from better masks than the first. */
const mostRepeats = 2;

/** No image is taken to be farther than this factor from the training's. */
const farthest = 3;

/** Masks of cells that are twice too small come out only 1.6 times too small: the model leans towards what it knows. */
const lean = 1.5;

/**
 * Finds the cells of an image whose cells may not be as large as the training's: where they turn out to be of another size
 * than the model knows, the image is segmented again at the scale at which they are not, as long as the network is the surer
 * for it.
 *
 * @param options `scale` is what would be right for cells as large as the training's
 * @returns with the scale it was made at in the end
 * @throws as segmentImage
 */
export async function segmentAtOwnSize(
  network: Network,
  planes: readonly FloatPlane[],
  options: SegmentOptions,
): Promise<Segmentation & { scale: number }> {
  let best = { ...(await segmentImage(network, planes, options)), scale: options.scale };
  for (let repeat = 0; repeat < mostRepeats; repeat++) {
    const factor = correction(best, network.cellDiameterPx);
    const scale = clamp(best.scale * factor, options.scale / farthest, options.scale * farthest);
    if (isSameSize(scale, best.scale)) break;
    const again = { ...(await segmentImage(network, planes, { ...options, scale })), scale };
    if (!isSurer(again, best)) break;
    best = again;
  }
  return best;
}

/**
 * By how much the scale must change for the cells found to have the size the model knows; 1 where too few were found, or
 * none that the model believes in.
 */
function correction(found: Segmentation & { scale: number }, knownDiameterPx: number): number {
  if (found.scores.length < fewestCells || found.scores.every((score) => score === 0)) return 1;
  const ratio = knownDiameterPx / (meanDiameter(found) * found.scale);
  return isSameSize(ratio, 1) ? 1 : ratio ** lean;
}

/** Diameter in image px of the disk that has the cells' mean area; the surer a cell, the more it counts. NaN without any. */
export function meanDiameter({ labels, scores }: Pick<Segmentation, 'labels' | 'scores'>): number {
  const areas = cellAreas(labels);
  let [area, weight] = [0, 0];
  scores.forEach((score, k) => {
    area += score * areas[k];
    weight += score;
  });
  return Math.sqrt(((4 / Math.PI) * area) / weight);
}

/**
 * Cells are surer, and not because most of them are gone. Each counts by its score: at a larger scale more debris is
 * found too, whose low scores say nothing of the cells.
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
  /** Mean score, weighted with the score. */
  sureness: number;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
