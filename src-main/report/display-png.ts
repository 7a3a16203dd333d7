import { uint8At } from '../contract/elements.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { writePng } from '../imaging/png/write-png.ts';

/** Display range as percentiles, so that a few bright pixels do not darken the image. */
const contrast = [0.1, 99.8];

/**
 * Cells in grey and nuclei in blue as one 8-bit RGB PNG for display.
 * @param nuclei of the same size as `cells`; `null` for none
 */
export function displayPng(cells: FloatPlane, nuclei: FloatPlane | null): Uint8Array {
  const { height, width } = cells;
  const grey = toDisplay(cells);
  const blue = nuclei === null ? null : toDisplay(nuclei);
  const data = new Uint8Array(3 * height * width);
  for (let i = 0; i < grey.length; i += 1) {
    const stain = blue === null ? 0 : 0.55 * uint8At(blue, i);
    data[3 * i] = uint8At(grey, i);
    data[3 * i + 1] = Math.min(255, uint8At(grey, i) + 0.25 * stain);
    data[3 * i + 2] = Math.min(255, uint8At(grey, i) + stain);
  }
  return writePng({ height, width, channels: 3, data });
}

/** 0 … 255 with a gamma of 0.8, which brightens dim cells. */
function toDisplay(plane: FloatPlane): Uint8Array {
  const [low = 0, high = 0] = percentiles(plane, contrast);
  const span = high - low || 1;
  return Uint8Array.from(plane.data, (value) => 255 * Math.min(1, Math.max(0, (value - low) / span)) ** 0.8);
}
