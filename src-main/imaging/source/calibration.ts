import type { PixelSizeUm } from '../../contract/pixels.ts';

/**
 * Largest credible pixel in µm if the unit is inches or cm. General image programs write a printer's 72 to
 * 1200 dots per inch, which are pixels of 353 to 21 µm. ImageJ keeps these and names their unit.
 */
const largestCrediblePixelUm = 20;

/** A calibration from the width of a pixel along y and x, or `null` if either is not a length. */
export function calibration(yUm: number, xUm: number): PixelSizeUm | null {
  const sound = Number.isFinite(yUm) && Number.isFinite(xUm) && yUm > 0 && xUm > 0;
  return sound ? { y: yUm, x: xUm } : null;
}

/** Whether a microscope could have such pixels: a printer's resolution is not a calibration. */
export function isCredible({ y, x }: PixelSizeUm): boolean {
  return Math.max(y, x) <= largestCrediblePixelUm;
}
