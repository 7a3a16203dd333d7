import type { Raster } from '../../contract/pixels.ts';
import { bytesInMemory } from '../random-access.ts';
import { readRaster, type ReadRasterOptions } from '../read-raster.ts';
import { openTiff, type OpenTiffOptions } from './open-tiff.ts';

/**
 * Reads a whole TIFF that is in memory: its first image with all time points, focal planes and channels, in the numbers
 * the file holds. See `openTiff` for what is read.
 *
 * @param fileName what the file is called in messages.
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
