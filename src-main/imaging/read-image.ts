import type { Raster } from '../contract/pixels.ts';
import { openImage } from './open-image.ts';
import { bytesInMemory } from './source/random-access.ts';
import { readRaster, type ReadRasterOptions } from './read-raster.ts';
import type { OpenTiffOptions } from './tiff/open-tiff.ts';

/**
 * Reads the first image of a file whole. For small images; `openImage` reads any of them piece by piece.
 *
 * @param fileName the file's name in messages.
 * @throws LacssError what `openImage` and `readRaster` throw.
 */
export async function readImage(
  bytes: Uint8Array,
  fileName: string,
  options: OpenTiffOptions & ReadRasterOptions = {},
): Promise<Raster> {
  const [first] = await openImage(bytesInMemory(bytes), fileName, options);
  return readRaster(first!, fileName, options);
}
