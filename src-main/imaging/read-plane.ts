import { float32At, itemAt } from '../contract/elements.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import { fillMissing } from './padding/fill-missing.ts';
import type { PixelSource, TileRequest } from './source/pixel-source.ts';
import { BlockSums } from './resample/block-means.ts';
import { UnusablePixels } from './unusable-pixels.ts';

export interface ReadPlaneOptions {
  /** Reads only every n-th row and column, for statistics of large images. @default 1 */
  every?: number;
  /** Takes the means of square blocks of this side, as `blockMeans`. Not with `every`. @default 1 */
  blockPx?: number;
  signal?: AbortSignal | undefined;
}

/** Rows of a plane [height, width]; `y` is the first row. */
export type PlaneBand = FloatPlane & { y: number };

/**
 * Reads one plane as real numbers. NaN pixels beside the image become padding (`fillMissing`), others are
 * rejected. So no NaN gets from a file into a computation. Besides the result, it needs a few megabytes.
 *
 * @param name the image's name in messages.
 * @returns [height, width] of the requested level, divided by `every` or `blockPx` and rounded up.
 * @throws RangeError if the source has no such plane.
 * @throws LacssError `image-invalid` if a pixel is not a finite number or exceeds 32-bit reals; what the
 *   source throws.
 */
export async function readPlane(
  source: PixelSource,
  place: Pick<TileRequest, 'channel' | 'z' | 't' | 'level'>,
  name: string,
  { every = 1, blockPx = 1, signal }: ReadPlaneOptions = {},
): Promise<FloatPlane> {
  const size = itemAt(source.levels, place.level ?? 0);
  const height = Math.ceil(size.height / every);
  const width = Math.ceil(size.width / every);
  const blocks = blockPx === 1 ? null : new BlockSums(size.height, size.width, blockPx);
  const data = new Float32Array(blocks === null ? height * width : 0);
  for await (const band of planeBands(source, place, name, { signal })) {
    if (blocks !== null) {
      blocks.add(band.data, band.y);
      continue;
    }
    if (every === 1) {
      data.set(band.data, band.y * width);
      continue;
    }
    const skipped = (every - (band.y % every)) % every;
    for (let y = skipped; y < band.height; y += every) {
      const target = ((band.y + y) / every) * width;
      for (let x = 0; x < width; x++) data[target + x] = float32At(band.data, y * size.width + x * every);
    }
  }
  const plane = blocks === null ? { height, width, data } : blocks.means();
  return isReal(source) ? fillMissing(plane) : plane;
}

/**
 * Reads one plane as real numbers in bands of some megabytes, from the top down. NaN stands for pixels beside
 * the image, which must not count. Unusable pixels cause an error after the last band, so results are valid
 * only then.
 *
 * @throws as `readPlane`; `image-invalid` after the last band.
 */
export async function* planeBands(
  source: PixelSource,
  place: Pick<TileRequest, 'channel' | 'z' | 't' | 'level'>,
  name: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<PlaneBand> {
  const unusable = new UnusablePixels();
  for await (const { y, height, width, data } of source.getBands({ ...place, signal })) {
    if (isReal(source)) unusable.check(data, width, y);
    yield { y, height, width, data: data instanceof Float32Array ? data : new Float32Array(data) };
  }
  unusable.refuse(name, source.channelNames[place.channel] ?? '');
}

function isReal({ dtype }: PixelSource): boolean {
  return dtype.startsWith('float');
}
