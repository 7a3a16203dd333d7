import { itemAt, missing } from '../../contract/elements.ts';
import type { PixelSource, TileRequest } from '../../imaging/source/pixel-source.ts';
import { emptyArray } from '../../imaging/source/empty-array.ts';
import { displayPlane } from './display-plane.ts';
import type { LevelPlane } from './halve-plane.ts';

/**
 * A plane for a small picture: the largest level in the file of up to `mostPixels`. Without one, every
 * second, third … row and column of the image.
 */
export async function readLevel(
  source: PixelSource,
  place: Pick<TileRequest, 'channel' | 'z' | 't'>,
  mostPixels: number,
): Promise<LevelPlane> {
  const found = source.levels.findIndex(({ height, width }) => height * width <= mostPixels);
  const level = Math.max(0, found);
  const size = itemAt(source.levels, level);
  const every = found >= 0 ? 1 : Math.ceil(Math.sqrt((size.height * size.width) / mostPixels));
  const height = Math.ceil(size.height / every);
  const width = Math.ceil(size.width / every);
  const values = emptyArray(source.dtype, height * width);
  for await (const band of source.getBands({ ...place, level })) {
    if (every === 1) {
      values.set(band.data, band.y * width);
      continue;
    }
    for (let y = (every - (band.y % every)) % every; y < band.height; y += every) {
      const target = ((band.y + y) / every) * width;
      for (let x = 0, at = y * size.width; x < width; x++, at += every)
        values[target + x] = band.data[at] ?? missing(band.data, at);
    }
  }
  return { height, width, samples: displayPlane(values, source.dtype).samples };
}
