import { decode, encode } from 'fast-png';
import { numberAt } from '../../src-main/contract/elements.ts';

/**
 * A reduced picture of a page. Each pixel is the mean of a square of the page, so letters blur and panels
 * remain.
 */
export interface ReducedPicture {
  height: number;
  width: number;
  /** Red, green and blue of each pixel, 0 … 255. */
  data: Uint8Array;
}

/** Side of the squares, px. */
const square = 6;
/** Step between values. Noise would take most of the bytes of a file. */
const step = 8;
/** Colours that differ by less than this in every component count as equal: an edge may shift by a px. */
const tolerance = 12;

export function reducePicture(png: Uint8Array): ReducedPicture {
  const { width: wide, height: tall, channels, data } = decode(png);
  const [height, width] = [Math.floor(tall / square), Math.floor(wide / square)];
  const reduced = new Uint8Array(3 * height * width);
  for (let i = 0; i < reduced.length; i++) {
    const [y, x, part] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3];
    let sum = 0;
    for (let dy = 0; dy < square; dy++)
      for (let dx = 0; dx < square; dx++)
        sum += numberAt(data, ((y * square + dy) * wide + x * square + dx) * channels + part);
    reduced[i] = Math.min(255, Math.round(sum / square ** 2 / step) * step);
  }
  return { height, width, data: reduced };
}

/**
 * How much of a picture differs, 0 … 1, and where: the expected picture in faint grey, differences in red.
 * Pictures of different sizes differ completely.
 */
export function comparePictures(
  expected: ReducedPicture,
  seen: ReducedPicture,
): { share: number; where: ReducedPicture } {
  const { height, width } = seen;
  const data = new Uint8Array(3 * height * width);
  const isOtherSize = expected.height !== height || expected.width !== width;
  let differing = 0;
  for (let pixel = 0; pixel < height * width; pixel++) {
    const parts = [0, 1, 2].map((part) => 3 * pixel + part);
    const grey = parts.reduce((sum, i) => sum + (expected.data[i] ?? 0), 0) / 3;
    const isOther =
      isOtherSize ||
      parts.some((i) => Math.abs(numberAt(expected.data, i) - numberAt(seen.data, i)) > tolerance);
    if (isOther) differing++;
    data.set(isOther ? [255, 0, 60] : [grey / 2, grey / 2, grey / 2], 3 * pixel);
  }
  return { share: differing / (height * width), where: { height, width, data } };
}

export function readReduced(png: Uint8Array): ReducedPicture {
  const { height, width, data } = decode(png);
  return { height, width, data: Uint8Array.from(data) };
}

export function writeReduced({ height, width, data }: ReducedPicture): Uint8Array {
  return encode({ height, width, data, channels: 3, depth: 8 });
}
