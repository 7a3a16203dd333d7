import type { LabelImage } from '../../contract/pixels.ts';
import { numberInstances } from './number-instances.ts';

/**
 * Pixels of each cell of a label image, by ascending label; a label that no pixel bears is no cell.
 * @throws RangeError when a label is negative.
 */
export function cellAreas(image: LabelImage): Float32Array {
  const { labels, areas } = numberInstances(image);
  const ascending = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]!);
  return Float32Array.from(ascending, (i) => areas[i]!);
}
