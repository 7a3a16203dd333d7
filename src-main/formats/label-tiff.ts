import type { LabelImage, PixelSizeUm } from '../contract/pixels.ts';
import { writeTiff } from '../imaging/tiff/write-tiff.ts';

/** Largest 16-bit label. All image programs read 16 bits, but not all read 32. */
const largestShortLabel = 0xffff;

/**
 * A label image as compressed TIFF with its pixel size, if known: 16 bits per pixel if the labels fit, 32
 * otherwise.
 *
 * @throws RangeError if a label is negative.
 */
export function labelTiff(labels: LabelImage, pixelSizeUm: PixelSizeUm | null = null): Uint8Array {
  const { height, width, data } = labels;
  let largest = 0;
  for (const label of data) {
    if (label < 0) throw new RangeError(`label ${label}, expected 0 or more`);
    if (label > largest) largest = label;
  }
  const short = largest <= largestShortLabel;
  return writeTiff(
    {
      height,
      width,
      dtype: short ? 'uint16' : 'uint32',
      sizes: { t: 1, z: 1, c: 1 },
      planes: [short ? new Uint16Array(data) : new Uint32Array(data)],
      channelNames: ['Labels'],
      pixelSizeUm,
    },
    { description: 'imagej' },
  );
}
