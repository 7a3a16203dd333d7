import type { PixelSizeUm } from '../../contract/pixels.ts';
import { calibration } from '../source/calibration.ts';
import type { TagDirectory } from './tag-directory.ts';
import { Tag } from './tags.ts';

/** The description on the first page of an Aperio slide (SVS). */
export interface AperioDescription {
  pixelSizeUm: PixelSizeUm | null;
}

/**
 * Reads the description of an Aperio slide: `Aperio Image Library … |MPP = 0.4990`, µm per pixel.
 *
 * Source: Aperio, "Digital Slides and Third-Party Data Interchange", MAN-0069, 2008. Page 1 is the slide,
 * page 2 a thumbnail in strips, then smaller copies of the slide in tiles, then label and macro photographs
 * in strips.
 *
 * @param first the first page, with its values loaded.
 * @returns `null` if the description is not Aperio's.
 */
export function readAperioDescription(first: TagDirectory): AperioDescription | null {
  const description = first.text(Tag.FirstDescription) ?? first.text(Tag.ImageDescription) ?? '';
  if (!description.startsWith('Aperio')) return null;
  const umPerPixel = Number(/\|\s*MPP\s*=\s*([\d.]+)/.exec(description)?.[1] ?? NaN);
  return { pixelSizeUm: calibration(umPerPixel, umPerPixel) };
}
