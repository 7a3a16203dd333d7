import type { CellSize } from '../contract/training.ts';

/**
 * Factor by which an image is rescaled for the network, so that its cells have the preset's size.
 *
 * @param cellSize mean cell diameter, and the pixel size at which it was measured
 * @param targetDiameterPx the preset's `cellDiameterPx`
 * @param pixelSizeUm the image's own pixel size, if known: corrects for a magnification other than that of
 *   the measured cells
 * @returns new size / old size
 */
export function imageScale(cellSize: CellSize, targetDiameterPx: number, pixelSizeUm: number | null): number {
  const magnification =
    pixelSizeUm === null || cellSize.pixelSizeUm === null ? 1 : pixelSizeUm / cellSize.pixelSizeUm;
  return (targetDiameterPx / cellSize.diameterPx) * magnification;
}

/** Cells that differ in size by less than this factor are found equally well. */
const nearEnough = 1.15;

/** Fewer cells give no reliable size. */
export const fewestCells = 5;

/** Whether two sizes, or two scales, are equal for the model's purposes. */
export function isSameSize(a: number, b: number): boolean {
  return Math.abs(Math.log(a / b)) <= Math.log(nearEnough);
}
