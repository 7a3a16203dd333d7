import { missing } from '../../contract/elements.ts';
import { emptyArray } from '../../imaging/source/empty-array.ts';
import { levelWithin } from '../../imaging/source/level-within.ts';
import type { PixelSource, TileRequest } from '../../imaging/source/pixel-source.ts';
import { displayPlane } from './display-plane.ts';
import type { LevelPlane } from './halve-plane.ts';

/**
 * A plane for a small picture: the smallest level in the file with a longer side of at least `sidePx`. If it
 * has more than `mostPixels`, every second, third … row and column.
 */
export async function readLevel(
  source: PixelSource,
  place: Pick<TileRequest, 'channel' | 'z' | 't' | 'signal'>,
  { sidePx, mostPixels }: { sidePx: number; mostPixels: number },
): Promise<LevelPlane> {
  const large = source.levels.filter((size) => Math.max(size.height, size.width) >= sidePx);
  const smallest = Math.max(0, large.length - 1);
  const { height, width, every } = levelWithin(source.levels.slice(smallest, smallest + 1), mostPixels);
  const values = emptyArray(source.dtype, height * width);
  for await (const band of source.getBands({ ...place, level: smallest })) {
    if (every === 1) {
      values.set(band.data, band.y * width);
      continue;
    }
    for (let y = (every - (band.y % every)) % every; y < band.height; y += every) {
      const target = ((band.y + y) / every) * width;
      for (let x = 0, at = y * band.width; x < width; x++, at += every)
        values[target + x] = band.data[at] ?? missing(band.data, at);
    }
  }
  return { height, width, samples: displayPlane(values, source.dtype).samples };
}
