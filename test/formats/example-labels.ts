import type { LabelImage } from '../../src-main/contract/pixels.ts';

/**
 * A hand-made label image of 24 × 30 pixels: touching cells, one with a hole that holds another, one in two
 * pieces that touch at a corner, one at each side of the image, a single pixel, and labels that are not
 * consecutive.
 */
export function exampleLabels(): LabelImage {
  const height = 24;
  const width = 30;
  const data = new Int32Array(height * width);
  const box = (label: number, top: number, left: number, bottom: number, right: number): void => {
    for (let y = top; y < bottom; y++) data.fill(label, y * width + left, y * width + right);
  };
  box(1, 0, 0, 5, 6);
  box(2, 1, 6, 7, 11);
  box(3, 8, 2, 17, 12);
  box(0, 10, 4, 15, 10);
  box(4, 11, 5, 14, 9);
  box(0, 12, 7, 13, 8);
  box(7, 3, 15, 6, 18);
  box(7, 6, 18, 9, 21);
  box(12, 20, 20, 24, 30);
  box(13, 19, 0, 23, 1);
  box(300, 10, 20, 11, 21);
  // A ragged one.
  for (let y = 12; y < 19; y++) box(15, y, 16 + ((y * 5) % 4), y + 1, 26 - ((y * 7) % 5));
  return { height, width, data };
}
