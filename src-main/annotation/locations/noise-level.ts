import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Standard deviation of the pixel noise of a plane of this size, from the sum of `noiseSum` over all its
 * rows. The mask of that sum ignores slopes and edges along the axes. 0 for planes smaller than 3 × 3.
 *
 * J. Immerkær, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64(2), 1996, pp.
 * 300–302.
 */
export function noiseOfSum({ height, width }: { height: number; width: number }, sum: number): number {
  if (height < 3 || width < 3) return 0;
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * (height - 2) * (width - 2));
}

/**
 * Adds to `sum` the absolute responses in rows `from` to `to` of a plane, or of a stretch of its rows. The
 * first and the last row given have none.
 */
export function noiseSum({ height, width, data }: FloatPlane, from: number, to: number, sum = 0): number {
  for (let y = Math.max(1, from); y < Math.min(height - 1, to); y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const sides = data[i - 1]! + data[i + 1]! + data[i - width]! + data[i + width]!;
      const corners =
        data[i - width - 1]! + data[i - width + 1]! + data[i + width - 1]! + data[i + width + 1]!;
      sum += Math.abs(corners - 2 * sides + 4 * data[i]!);
    }
  }
  return sum;
}
