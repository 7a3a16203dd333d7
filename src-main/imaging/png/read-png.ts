import type { Raster } from '../../contract/pixels.ts';
import { bytesInMemory } from '../random-access.ts';
import { readRaster } from '../read-raster.ts';
import { openPng } from './open-png.ts';

/**
 * Reads a whole PNG from memory; see `openPng`.
 *
 * @throws LacssError what `openPng` and `readRaster` throw.
 */
export async function readPng(bytes: Uint8Array, fileName: string): Promise<Raster> {
  return readRaster(await openPng(bytesInMemory(bytes), fileName), fileName);
}
