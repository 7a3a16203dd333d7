import type { LabelImage, Locations } from '../../contract/pixels.ts';
import { areas } from './areas.ts';

/**
 * The mean position of every instance of a label image, packed y, x in px with pixel centres at +0.5, in ascending order of the
 * labels. The background is no instance; a label that no pixel bears gives no location.
 * @throws RangeError when a label is negative.
 */
export function centresOfMass(labels: LabelImage): Locations {
  const { height, width, data } = labels;
  const counts = areas(labels);
  const sumsY = new Float64Array(counts.length);
  const sumsX = new Float64Array(counts.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = data[i]!;
      sumsY[label]! += y;
      sumsX[label]! += x;
    }
  }
  const packed: number[] = [];
  for (let label = 1; label < counts.length; label++) {
    const count = counts[label]!;
    if (count > 0) packed.push(sumsY[label]! / count + 0.5, sumsX[label]! / count + 0.5);
  }
  return Float32Array.from(packed);
}
