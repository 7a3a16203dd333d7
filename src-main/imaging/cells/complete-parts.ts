import { int32At } from '../../contract/elements.ts';
import type { LabelImage, Mask } from '../../contract/pixels.ts';
import { keepLargestPieces } from '../label/keep-largest-pieces.ts';

/**
 * Gives every pixel of a mask to one of the labels in `parts`, both [height, width]. A label keeps its
 * largest 4-connected piece. The other pixels go to the label that reaches them first by 4-connected steps,
 * so that every label stays one piece. Pixels that no label reaches are 0.
 */
export function completeParts(parts: LabelImage, mask: Mask): LabelImage {
  const { height, width, data } = keepLargestPieces(parts);
  let front: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) front.push(i);
  while (front.length > 0) {
    const next: number[] = [];
    const reach = (i: number, label: number): void => {
      if (mask.data[i] === 0 || data[i] !== 0) return;
      data[i] = label;
      next.push(i);
    };
    for (const i of front) {
      const x = i % width;
      if (i >= width) reach(i - width, int32At(data, i));
      if (x > 0) reach(i - 1, int32At(data, i));
      if (x + 1 < width) reach(i + 1, int32At(data, i));
      if (i + width < height * width) reach(i + width, int32At(data, i));
    }
    front = next;
  }
  return { height, width, data };
}
