import type { LabelImage } from '../../contract/pixels.ts';
import { numberInstances } from './number-instances.ts';

/**
 * The labels that occur in a label image, ascending: its cells. Scores and locations of a segmentation have
 * this order.
 * @throws RangeError if a label is negative.
 */
export function instanceLabels(image: LabelImage): Float64Array {
  return numberInstances(image).labels.sort();
}
