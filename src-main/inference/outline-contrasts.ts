import type { LabelImage } from '../contract/pixels.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import type { AxisScales } from './paint-cells.ts';

/**
 * Contrast of each cell's outline: the mean gradient length (Sobel) over its pixels and all channels. The
 * unit is standard deviations of the image per network px.
 *
 * @param labels cells 1 … count, at the original resolution; the image's edge is not part of an outline
 * @param image the standardised image the network saw
 * @param scales network px per px of `labels`
 * @param tops of bands of a larger image: the first row of each in it, in its own px
 * @returns entry k − 1 for the cell with label k; `undefined` if no part of its outline is visible
 */
export function outlineContrasts(
  { height, width, data }: LabelImage,
  count: number,
  image: PreparedImage,
  scales: AxisScales,
  tops: { labels: number; image: number } = { labels: 0, image: 0 },
): (number | undefined)[] {
  const sums = new Float64Array(count + 1);
  const pixels = new Int32Array(count + 1);
  for (let y = 0; y < height; y++) {
    const row = within(Math.floor((tops.labels + y + 0.5) * scales.y) - tops.image, image.height);
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const label = data[i]!;
      if (label === 0) continue;
      const isOutline =
        (x > 0 && data[i - 1] !== label) ||
        (x + 1 < width && data[i + 1] !== label) ||
        (y > 0 && data[i - width] !== label) ||
        (y + 1 < height && data[i + width] !== label);
      if (!isOutline) continue;
      sums[label]! += slopeAt(image, row, Math.floor((x + 0.5) * scales.x));
      pixels[label]!++;
    }
  }
  return Array.from({ length: count }, (_, k) =>
    pixels[k + 1] === 0 ? undefined : sums[k + 1]! / pixels[k + 1]!,
  );
}

/** Sum of the weights of the Sobel operator: 1 2 1 on each side, two pixels apart. */
const sobelSum = 8;

/** Gradient length at a pixel, per px. Beyond the image its edge is repeated. */
function slopeAt({ height, width, channels, data }: PreparedImage, row: number, column: number): number {
  const [above, here, below] = [row - 1, row, row + 1].map((y) => within(y, height) * width);
  const [left, middle, right] = [column - 1, column, column + 1].map((x) => within(x, width));
  let squares = 0;
  for (let channel = 0; channel < channels; channel++) {
    const at = (start: number, x: number): number => data[(start + x) * channels + channel]!;
    const [topLeft, topRight] = [at(above!, left!), at(above!, right!)];
    const [bottomLeft, bottomRight] = [at(below!, left!), at(below!, right!)];
    const down =
      bottomLeft + 2 * at(below!, middle!) + bottomRight - (topLeft + 2 * at(above!, middle!) + topRight);
    const along =
      topRight + 2 * at(here!, right!) + bottomRight - (topLeft + 2 * at(here!, left!) + bottomLeft);
    squares += down ** 2 + along ** 2;
  }
  return Math.sqrt(squares) / sobelSum;
}

function within(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}
