import type { PixelSizeUm } from '../../contract/pixels.ts';
import type { Directory } from './directory.ts';
import { Tag } from './tags.ts';

/**
 * The largest pixel, in µm, believed of the resolution tags alone. Programs that know nothing of a microscope write a printer's
 * 72 to 1200 dots an inch there, pixels of 353 to 21 µm.
 */
const largestCrediblePixelUm = 20;

/** A calibration from the width of a pixel along y and x, or `null` where either is no length. */
export function calibration(yUm: number, xUm: number): PixelSizeUm | null {
  const sound = Number.isFinite(yUm) && Number.isFinite(xUm) && yUm > 0 && xUm > 0;
  return sound ? { y: yUm, x: xUm } : null;
}

/**
 * The pixel size by the tags XResolution and YResolution (pixels per unit).
 *
 * @param unitUm the unit in µm where a description names it; else that of ResolutionUnit (inch or cm), and then only where
 * a microscope could have such pixels.
 */
export function readPixelSize(directory: Directory, unitUm: number | null): PixelSizeUm | null {
  const perX = directory.numberIfSound(Tag.XResolution, NaN);
  const perY = directory.numberIfSound(Tag.YResolution, NaN);
  if (unitUm !== null) return calibration(unitUm / perY, unitUm / perX);
  const tagUnitsUm: Readonly<Record<number, number>> = { 2: 25400, 3: 10000 };
  const tagUnitUm = tagUnitsUm[directory.numberIfSound(Tag.ResolutionUnit, 2)];
  if (tagUnitUm === undefined) return null;
  const size = calibration(tagUnitUm / perY, tagUnitUm / perX);
  return size !== null && Math.max(size.y, size.x) <= largestCrediblePixelUm ? size : null;
}
