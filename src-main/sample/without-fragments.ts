import type { LabelImage } from '../contract/pixels.ts';
import { areas } from '../imaging/label/areas.ts';
import { keepLargestPieces } from '../imaging/label/keep-largest-pieces.ts';
import { relabel } from '../imaging/label/relabel.ts';

/**
 * Renumbers labels [height, width] 1 … n without gaps, one piece each. Cells of fewer than `smallestPx`
 * pixels become background.
 */
export function withoutFragments(labels: LabelImage, smallestPx: number): LabelImage {
  const whole = keepLargestPieces(labels);
  const pixels = areas(whole);
  const data = whole.data.map((label) => (pixels[label]! < smallestPx ? 0 : label));
  return relabel({ ...whole, data }).labels;
}
