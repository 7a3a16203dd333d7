import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Standard deviation of the pixel noise of a plane [height, width]: from the mean absolute response to a mask
 * that ignores slopes and edges along the axes. 0 for planes smaller than 3 × 3.
 *
 * J. Immerkær, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64(2), 1996, pp.
 * 300–302.
 */
export function noiseLevel({ height, width, data }: FloatPlane): number {
  if (height < 3 || width < 3) return 0;
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const sides = data[i - 1]! + data[i + 1]! + data[i - width]! + data[i + width]!;
      const corners =
        data[i - width - 1]! + data[i - width + 1]! + data[i + width - 1]! + data[i + width + 1]!;
      sum += Math.abs(corners - 2 * sides + 4 * data[i]!);
    }
  }
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * (height - 2) * (width - 2));
}
