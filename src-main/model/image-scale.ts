import type { CellSize } from '../contract/training.ts';

/**
 * How much an image must be rescaled before the network sees it, so that its cells have the preset's size.
 *
 * @param cellSize diameter of a mean cell, and the pixel size it was measured at
 * @param targetDiameterPx the preset's `cellDiameterPx`
 * @param pixelSizeUm the image's own pixel size where it is known: an image taken at another magnification than those
 *   the cells were measured on is rescaled accordingly
 * @returns new size / old size
 */
export function imageScale(cellSize: CellSize, targetDiameterPx: number, pixelSizeUm: number | null): number {
  const magnification =
    pixelSizeUm === null || cellSize.pixelSizeUm === null ? 1 : pixelSizeUm / cellSize.pixelSizeUm;
  return (targetDiameterPx / cellSize.diameterPx) * magnification;
}

/** Cells whose size differs by less than this factor are found as well as any. */
const nearEnough = 1.15;

/** Fewer cells say nothing of a size. */
export const fewestCells = 5;

/** Whether two sizes, or two scales, are as good as equal to a model. */
export function isSameSize(a: number, b: number): boolean {
  return Math.abs(Math.log(a / b)) <= Math.log(nearEnough);
}
