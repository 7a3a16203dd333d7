import type { LabelImage, Locations } from '../../contract/pixels.ts';
import { relabel } from './relabel.ts';

/**
 * Centre of mass of every instance of a label image, packed y, x in px with pixel centres at +0.5, in order
 * of label. Background and unused labels give none.
 * @throws RangeError if a label is negative.
 */
export function centresOfMass(image: LabelImage): Locations {
  const { labels, oldLabels } = relabel(image);
  const { height, width, data } = labels;
  const counts = new Float64Array(oldLabels.length);
  const sumsY = new Float64Array(oldLabels.length);
  const sumsX = new Float64Array(oldLabels.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = data[i]!;
      counts[label]!++;
      sumsY[label]! += y;
      sumsX[label]! += x;
    }
  }
  const centres = new Float32Array(2 * (oldLabels.length - 1));
  for (let label = 1; label < oldLabels.length; label++) {
    centres[2 * label - 2] = sumsY[label]! / counts[label]! + 0.5;
    centres[2 * label - 1] = sumsX[label]! / counts[label]! + 0.5;
  }
  return centres;
}
