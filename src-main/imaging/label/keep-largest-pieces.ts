import { int32At } from '../../contract/elements.ts';
import type { LabelImage } from '../../contract/pixels.ts';

/**
 * Reduces every instance of a label image [height, width] to its largest 4-connected piece. Its other pieces
 * become background. Of equal pieces the first in reading order stays.
 * @returns a new label image with the same labels.
 */
export function keepLargestPieces(labels: LabelImage): LabelImage {
  const { height, width } = labels;
  const data = labels.data.slice();
  const isSeen = new Uint8Array(data.length);
  const stack: number[] = [];

  /** Visits every pixel of the piece with pixel `start`, and counts them. */
  function walk(start: number, visit: (pixel: number) => void): number {
    const label = int32At(labels.data, start);
    let area = 0;
    isSeen[start] = 1;
    stack.push(start);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      area++;
      visit(pixel);
      const x = pixel % width;
      if (x > 0) reach(pixel - 1, label);
      if (x + 1 < width) reach(pixel + 1, label);
      if (pixel >= width) reach(pixel - width, label);
      if (pixel + width < height * width) reach(pixel + width, label);
    }
    return area;
  }

  function reach(pixel: number, label: number): void {
    if (isSeen[pixel] !== 0 || labels.data[pixel] !== label) return;
    isSeen[pixel] = 1;
    stack.push(pixel);
  }

  const largest = new Map<number, { start: number; area: number }>();
  const lost: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (isSeen[start] !== 0 || data[start] === 0) continue;
    const area = walk(start, () => undefined);
    const rival = largest.get(int32At(data, start));
    if (rival === undefined || area > rival.area) {
      largest.set(int32At(data, start), { start, area });
      if (rival !== undefined) lost.push(rival.start);
    } else {
      lost.push(start);
    }
  }
  if (lost.length === 0) return { height, width, data };
  isSeen.fill(0);
  for (const start of lost) {
    walk(start, (pixel) => {
      data[pixel] = 0;
    });
  }
  return { height, width, data };
}
