import type { CellLabels, PixelSizeUm } from '../contract/pixels.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { writeTiff } from '../imaging/tiff/write-tiff.ts';

/** Largest 16-bit label. All image programs read 16 bits, but not all read 32. */
const largestShortLabel = 0xffff;

/**
 * A label image as compressed TIFF with its pixel size, if known: 16 bits per pixel if the labels fit, 32
 * otherwise.
 *
 * @throws RangeError if a label is negative.
 */
export function labelTiff(labels: CellLabels, pixelSizeUm: PixelSizeUm | null = null): Uint8Array {
  const { height, width } = labels;
  const short = (instanceLabels(labels).at(-1) ?? 0) <= largestShortLabel;
  const rows = (top: number, count: number): Uint16Array | Uint32Array => {
    const { data } = cutLabels(labels, { top, left: 0, height: count, width });
    return short ? new Uint16Array(data) : new Uint32Array(data);
  };
  return writeTiff(
    {
      height,
      width,
      dtype: short ? 'uint16' : 'uint32',
      sizes: { t: 1, z: 1, c: 1 },
      planes: [{ rows }],
      channelNames: ['Labels'],
      pixelSizeUm,
    },
    { description: 'imagej' },
  );
}
