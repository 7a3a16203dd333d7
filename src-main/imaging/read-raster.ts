import { LacssError } from '../contract/errors.ts';
import type { PixelArray, Raster } from '../contract/pixels.ts';
import type { PixelSource } from './source/pixel-source.ts';

export interface ReadRasterOptions {
  signal?: AbortSignal | undefined;
  /** Largest number of pixels of all planes together. @default 2 ** 28 */
  maxPixels?: number;
}

/**
 * Reads all planes of an image into memory. For label images and small files; other code reads tiles or
 * single planes.
 *
 * @param fileName the file's name in messages.
 * @throws LacssError `file-unsupported` if the image has too many pixels; what the source throws.
 */
export async function readRaster(
  source: PixelSource,
  fileName: string,
  { signal, maxPixels = 2 ** 28 }: ReadRasterOptions = {},
): Promise<Raster> {
  const { t, z, c, y, x } = source.shape;
  if (t * z * c * y * x > maxPixels) {
    throw new LacssError(
      'file-unsupported',
      `${fileName} cannot be read: it holds ${t * z * c} planes of ${x} × ${y} pixels, more than the ${maxPixels} pixels that can be read at once.`,
      { subject: fileName, remedy: 'Save it as several files: one per position, time point or region.' },
    );
  }
  const planes: PixelArray[] = [];
  for (let plane = 0; plane < t * z * c; plane++) {
    const place = { channel: plane % c, z: Math.floor(plane / c) % z, t: Math.floor(plane / (c * z)) };
    planes.push((await source.getTile({ ...place, signal })).data);
  }
  return {
    height: y,
    width: x,
    dtype: source.dtype,
    sizes: { t, z, c },
    ...(source.samplesPerPage === 1 ? {} : { samplesPerPage: source.samplesPerPage }),
    planes,
    channelNames: source.channelNames,
    pixelSizeUm: source.pixelSizeUm,
  };
}
