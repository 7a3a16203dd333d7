import { LacssError } from '../contract/errors.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import type { PixelSource, TileRequest } from './pixel-source.ts';

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
 * @throws LacssError `image-invalid` where a pixel is no finite number; what the source throws.
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
  let broken = 0;
  let first = { y: 0, x: 0 };
  for await (const band of source.getBands({ ...place, signal })) {
    if (isReal) {
      for (let i = 0; i < band.data.length; i++) {
        // As 32-bit numbers: what exceeds their range is no finite number any more.
        if (Number.isFinite(Math.fround(band.data[i]!))) continue;
        if (broken === 0) first = { y: band.y + Math.floor(i / size.width), x: i % size.width };
        broken++;
      }
    }
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
  if (broken > 0) throw notNumbers(name, broken, source.channelNames[place.channel] ?? '', first);
  return { height, width, data };
}

function notNumbers(
  name: string,
  count: number,
  channel: string,
  first: { y: number; x: number },
): LacssError {
  return new LacssError(
    'image-invalid',
    `${name} holds ${count} ${count === 1 ? 'pixel that is no number' : 'pixels that are no numbers'} (NaN or infinite) in ${channel}, the first in row ${first.y}, column ${first.x}.`,
    {
      subject: name,
      remedy:
        'Replace them, for instance in ImageJ with Process › Math › NaN Background or Remove NaNs, or cut that part off, and add the image again.',
    },
  );
}
