import { crowdImage } from '../window/crowd-image.ts';

/** What both viewers show: 1760 × 1760 px, two channels of 16 bits, 3025 contours. */
export const scene = crowdImage();
export const tileSide = 512;

/** Samples of a tile at full or coarser resolution: every 2^level-th one. */
export function tileOf(channel: number, level: number, row: number, column: number) {
  const step = 2 ** level;
  const plane = channel === 0 ? scene.membrane : scene.nuclei;
  const height = Math.min(tileSide, Math.ceil(scene.height / step) - row * tileSide);
  const width = Math.min(tileSide, Math.ceil(scene.width / step) - column * tileSide);
  const data = new Uint16Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (row * tileSide + y) * step * scene.width + (column * tileSide + x) * step;
      data[y * width + x] = plane[at]!;
    }
  }
  return { data, height, width };
}

export const levels = 3;
export const contrast = [
  [180, 1600],
  [110, 3000],
] as const;
export const colours = [
  [255, 255, 255],
  [243, 95, 224],
] as const;
