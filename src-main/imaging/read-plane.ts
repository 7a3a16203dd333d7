import type { FloatPlane } from '../contract/pixels.ts';
import type { PixelSource, TileRequest } from './pixel-source.ts';
import { UnusablePixels } from './unusable-pixels.ts';

export interface ReadPlaneOptions {
  /** Takes every so many-th row and column alone: for statistics of large images. @default 1 */
  every?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Reads one plane as real numbers: the only way from files to computation, so that no NaN ever gets there. Besides the
 * result only some megabytes are held.
 *
 * @param name what the image is called in messages.
 * @returns [height, width], of the level that was asked for.
 * @throws RangeError where the source has no such plane.
 * @throws LacssError `image-invalid` where a pixel is no finite number, or beyond 32-bit reals; what the source throws.
 */
export async function readPlane(
  source: PixelSource,
  place: Pick<TileRequest, 'channel' | 'z' | 't' | 'level'>,
  name: string,
  { every = 1, signal }: ReadPlaneOptions = {},
): Promise<FloatPlane> {
  const size = source.levels[place.level ?? 0]!;
  const height = Math.ceil(size.height / every);
  const width = Math.ceil(size.width / every);
  const data = new Float32Array(height * width);
  const isReal = source.dtype.startsWith('float');
  const unusable = new UnusablePixels();
  for await (const band of source.getBands({ ...place, signal })) {
    if (isReal) unusable.check(band.data, size.width, band.y);
    if (every === 1) {
      data.set(band.data, band.y * width);
      continue;
    }
    const skipped = (every - (band.y % every)) % every;
    for (let y = skipped; y < band.height; y += every) {
      const target = ((band.y + y) / every) * width;
      for (let x = 0; x < width; x++) data[target + x] = band.data[y * size.width + x * every]!;
    }
  }
  unusable.refuse(name, source.channelNames[place.channel] ?? '');
  return { height, width, data };
}
