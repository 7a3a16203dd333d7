import type { LabelImage } from '../../contract/pixels.ts';
import { numberInstances } from './number-instances.ts';

/**
 * Pixels of each cell of a label image, in order of label; unused labels are not cells.
 * @throws RangeError if a label is negative.
 */
export function cellAreas(image: LabelImage): Float32Array {
  const { labels, areas } = numberInstances(image);
  const ascending = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]!);
  return Float32Array.from(ascending, (i) => areas[i]!);
}
