import type { PixelSizeUm } from '../contract/pixels.ts';

/**
 * The largest pixel, in µm, that is believed in inches and cm. Programs that know nothing of a microscope write a
 * printer's 72 to 1200 dots per inch, pixels of 353 to 21 µm. ImageJ keeps these and names their unit.
 */
const largestCrediblePixelUm = 20;

/** A calibration from the width of a pixel along y and x, or `null` where either is no length. */
export function calibration(yUm: number, xUm: number): PixelSizeUm | null {
  const sound = Number.isFinite(yUm) && Number.isFinite(xUm) && yUm > 0 && xUm > 0;
  return sound ? { y: yUm, x: xUm } : null;
}

/** Whether a microscope could have such pixels: printers' resolutions are no calibration. */
export function isCredible({ y, x }: PixelSizeUm): boolean {
  return Math.max(y, x) <= largestCrediblePixelUm;
}
