import type { LabelImage } from '../../contract/pixels.ts';
import { areas } from './areas.ts';

/**
 * Pixels of each cell of a label image in which cell `i` bears the label `i + 1`.
 * @param count how many cells there are; a cell without a pixel has an area of 0
 * @throws RangeError when a label is negative.
 */
export function cellAreas(labels: LabelImage, count: number): Float32Array {
  const cells = new Float32Array(count);
  cells.set(areas(labels).subarray(1, count + 1));
  return cells;
}
