import { itemAt } from '../contract/elements.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import { BandFiller } from '../imaging/padding/band-filler.ts';
import { findPadding } from '../imaging/padding/find-padding.ts';
import { shownPart } from '../imaging/padding/shown-part.ts';
import { valuesBeside } from '../imaging/padding/values-beside.ts';
import type { Rows } from '../imaging/source/row-window.ts';

/** A plane that is too large to be held. */
export interface LargePlane {
  height: number;
  width: number;
  /** Its rows in bands, from the top down; each call starts at the first band. */
  bands: () => AsyncIterable<Rows>;
  /** The means of square blocks of `side` pixels, to estimate σ from. */
  coarse: () => Promise<{ plane: FloatPlane; side: number }>;
}

/** The part of a large plane that shows something, and where padding is in it. */
export interface ShownBands {
  plane: Pick<LargePlane, 'height' | 'width' | 'bands'>;
  /** The means of its blocks, and which of them are padding; `null`: none. */
  means: FloatPlane;
  padding: Uint8Array | null;
  /** Side of a block, px. */
  sidePx: number;
  /** Where the part lies in the whole plane. */
  top: number;
  left: number;
  /** Whether a pixel of the part is padding, once its band has been read. */
  isPadding: (y: number, x: number) => boolean;
}

/**
 * Cuts the padding off a plane that is read in bands. Remaining padding is filled with the mirrored image, as
 * `shownPart` does. Blocks of one value show where padding is. Blocks beside them are checked pixel by pixel.
 * Such a plane is read once more, to find the part that shows something.
 */
export async function paddedBands(whole: LargePlane): Promise<ShownBands> {
  const { plane: means, side } = await whole.coarse();
  const blocks = findPadding(means);
  if (blocks === null) {
    return { plane: whole, means, padding: null, sidePx: side, top: 0, left: 0, isPadding: () => false };
  }
  const columns = means.width;
  const valueOf = valuesBeside(means, blocks);
  /** Whether a pixel of the whole plane is padding, by its value. */
  const isPadded = (y: number, x: number, value: number): boolean => {
    // A block with one missing pixel has no mean, and still shows something.
    if (means.missing !== undefined) return Number.isNaN(value);
    const block = Math.floor(y / side) * columns + Math.floor(x / side);
    return blocks[block] !== 0 || value === valueOf[block];
  };
  const box = await shownBox(whole, isPadded);
  const size = { height: box.bottom - box.top, width: box.right - box.left };
  /** One bit per pixel. */
  const padded = new Uint8Array(Math.ceil((size.height * size.width) / 8));
  async function* bands(): AsyncGenerator<Rows> {
    const filler = new BandFiller(0);
    for await (const { y, height, data } of whole.bands()) {
      const [first, end] = [Math.max(0, box.top - y), Math.min(height, box.bottom - y)];
      if (first >= end) continue;
      const band = { y: y + first - box.top, height: end - first, width: size.width };
      const values = new Float32Array(band.height * band.width);
      const padding = new Uint8Array(values.length);
      for (let row = 0, i = 0; row < band.height; row++) {
        for (let x = 0; x < size.width; x++, i++) {
          const value = data[(first + row) * whole.width + box.left + x]!;
          values[i] = value;
          if (!isPadded(y + first + row, box.left + x, value)) continue;
          padding[i] = 1;
          const pixel = (band.y + row) * size.width + x;
          padded[pixel >> 3]! |= 1 << (pixel & 7);
        }
      }
      yield filler.fill({ ...band, data: values }, padding);
    }
  }
  const part = shownPart([means]);
  return {
    plane: { ...size, bands },
    means: itemAt(part.planes, 0),
    padding: part.padding,
    sidePx: side,
    top: box.top,
    left: box.left,
    isPadding: (y, x) => {
      const pixel = Math.floor(y) * size.width + Math.floor(x);
      return (padded[pixel >> 3]! & (1 << (pixel & 7))) !== 0;
    },
  };
}

/** The smallest part of a plane that holds all its pixels outside padding. */
async function shownBox(
  plane: LargePlane,
  isPadded: (y: number, x: number, value: number) => boolean,
): Promise<{ top: number; bottom: number; left: number; right: number }> {
  const box = { top: plane.height, bottom: 0, left: plane.width, right: 0 };
  for await (const { y, height, width, data } of plane.bands()) {
    for (let row = 0, i = 0; row < height; row++) {
      for (let x = 0; x < width; x++, i++) {
        if (isPadded(y + row, x, data[i]!)) continue;
        box.top = Math.min(box.top, y + row);
        box.bottom = y + row + 1;
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x + 1);
      }
    }
  }
  return box;
}
