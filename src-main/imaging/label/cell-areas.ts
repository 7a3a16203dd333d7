import { float64At } from '../../contract/elements.ts';
import type { CellLabels } from '../../contract/pixels.ts';
import { countInstances } from './number-instances.ts';

/**
 * Pixels of each cell of a label image, in order of label; unused labels are not cells.
 * @throws RangeError if a label is negative.
 */
export function cellAreas(image: CellLabels): Float32Array {
  const { labels, areas } = countInstances(image);
  const ascending = [...labels.keys()].sort((a, b) => float64At(labels, a) - float64At(labels, b));
  return Float32Array.from(ascending, (i) => float64At(areas, i));
}
