import type { Raster } from '../../contract/pixels.ts';
import { bytesInMemory } from '../random-access.ts';
import { readRaster, type ReadRasterOptions } from '../read-raster.ts';
import { openTiff, type OpenTiffOptions } from './open-tiff.ts';

/**
 * Reads a whole TIFF from memory: its first image with all time points, focal planes and channels, with the
 * file's own values. See `openTiff` for the supported files.
 *
 * @param fileName the file's name in messages.
 * @throws LacssError what `openTiff` and `readRaster` throw.
 */
export async function readTiff(
  bytes: Uint8Array,
  fileName: string,
  options: OpenTiffOptions & ReadRasterOptions = {},
): Promise<Raster> {
  const [first] = await openTiff(bytesInMemory(bytes), fileName, options);
  return readRaster(first!, fileName, options);
}
