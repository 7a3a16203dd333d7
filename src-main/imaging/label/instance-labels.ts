import type { CellLabels } from '../../contract/pixels.ts';
import { countInstances } from './number-instances.ts';

/**
 * The labels that occur in a label image, ascending: its cells. Scores and locations of a segmentation have
 * this order.
 * @throws RangeError if a label is negative.
 */
export function instanceLabels(image: CellLabels): Float64Array {
  return countInstances(image).labels.sort();
}
