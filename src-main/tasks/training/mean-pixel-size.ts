import type { ImageEntry } from '../../contract/project-files.ts';

/** The side of a square with the area of one pixel, in µm; `null` if unknown. */
export function meanPixelSize({ pixelSizeUm }: Pick<ImageEntry, 'pixelSizeUm'>): number | null {
  return pixelSizeUm === null ? null : Math.sqrt(pixelSizeUm.y * pixelSizeUm.x);
}
