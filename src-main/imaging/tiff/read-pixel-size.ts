import type { PixelSizeUm } from '../../contract/pixels.ts';
import { calibration, isCredible } from '../source/calibration.ts';
import type { TagDirectory } from './tag-directory.ts';
import { unitInUm } from './length-units.ts';
import { Tag } from './tags.ts';

/** The names of the units along y and x. */
export interface UnitNames {
  y: string;
  x: string;
}

/** Units of the tag ResolutionUnit; 1 means no unit. */
const tagUnits: Readonly<Record<number, string>> = { 2: 'inch', 3: 'cm' };

/**
 * The pixel size from the tags XResolution and YResolution (pixels per unit).
 *
 * @param units the units if a description names them; otherwise ResolutionUnit applies. In inches and cm, the
 *   units of printers, only values possible for a microscope are accepted.
 */
export function readPixelSize(directory: TagDirectory, units: UnitNames | null): PixelSizeUm | null {
  const perX = directory.numberIfSound(Tag.XResolution, NaN);
  const perY = directory.numberIfSound(Tag.YResolution, NaN);
  const tagUnit = tagUnits[directory.numberIfSound(Tag.ResolutionUnit, 2)] ?? '';
  const { y, x } = units ?? { y: tagUnit, x: tagUnit };
  const unitsUm = { y: unitInUm(y) ?? NaN, x: unitInUm(x) ?? NaN };
  const size = calibration(unitsUm.y / perY, unitsUm.x / perX);
  const isPrinters = [unitsUm.y, unitsUm.x].some((um) => um === unitInUm('inch') || um === unitInUm('cm'));
  return size !== null && (!isPrinters || isCredible(size)) ? size : null;
}
