import type { LabelImage, PixelSizeUm } from '../contract/pixels.ts';
import { writeTiff } from '../imaging/tiff/write-tiff.ts';

/** The largest label that 16 bits hold; image programs read those everywhere, 32 bits not. */
const largestShortLabel = 0xffff;

/**
 * A label image as TIFF: 16 bits a pixel where the labels fit, else 32, compressed, with its pixel size where it is known.
 *
 * @throws RangeError where a label is negative.
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
