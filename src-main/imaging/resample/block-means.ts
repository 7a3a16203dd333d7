import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Reduces a plane [height, width] to the means of square blocks of `side` pixels; those at the lower and right edge hold what is left
 * of the image.
 * @returns a plane [⌈height / side⌉, ⌈width / side⌉].
 */
export function blockMeans({ height, width, data }: FloatPlane, side: number): FloatPlane {
  const rows = Math.ceil(height / side);
  const columns = Math.ceil(width / side);
  const sums = new Float64Array(rows * columns);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / side) * columns;
    for (let column = 0; column < columns; column++) {
      const end = Math.min(width, (column + 1) * side);
      let sum = 0;
      for (let x = column * side; x < end; x++, i++) sum += data[i]!;
      sums[row + column]! += sum;
    }
  }
  const out = new Float32Array(sums.length);
  for (let row = 0, i = 0; row < rows; row++) {
    const blockHeight = Math.min(side, height - row * side);
    for (let column = 0; column < columns; column++, i++) {
      out[i] = sums[i]! / (blockHeight * Math.min(side, width - column * side));
    }
  }
  return { height: rows, width: columns, data: out };
}
