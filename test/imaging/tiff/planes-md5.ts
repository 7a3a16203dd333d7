import { createHash } from 'node:crypto';
import type { Raster } from '../../../src-main/contract/pixels.ts';

/** The MD5 of all planes in the order t, z, c, as the golden files' generators compute it. */
export function planesMd5(raster: Pick<Raster, 'planes'>): string {
  const hash = createHash('md5');
  for (const plane of raster.planes)
    hash.update(new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength));
  return hash.digest('hex');
}
