import { itemAt, missing } from '../../contract/elements.ts';
import type { PixelArray } from '../../contract/pixels.ts';
import type { Projection } from '../../contract/stack-planes.ts';
import { emptyArray } from '../source/empty-array.ts';
import { completeRequest } from '../source/pixel-source.ts';
import type { FullTileRequest, PixelSource, PixelTile } from '../source/pixel-source.ts';
import { focusReachPx } from './focus-measure.ts';
import { planeProjector } from './project-planes.ts';

/** About this many pixels of each focal plane are read at once. */
const bandPixels = 2 ** 21;
/** A block of the file with more pixels than this is read again for each band. */
const blockPixels = 2 ** 24;

/**
 * The same image with one focal plane, the projection of all. It has no smaller copies: the projection of a
 * copy is not a copy of the projection. A rectangle has the same pixels as in the whole plane.
 *
 * @throws as `source`.
 */
export function projectFocalPlanes(source: PixelSource, projection: Projection): PixelSource {
  const size = itemAt(source.levels, 0);
  const haloPx = projection === 'best-focus' ? focusReachPx : 0;
  const projected: PixelSource = {
    name: source.name,
    shape: { ...source.shape, z: 1 },
    levels: [size],
    dtype: source.dtype,
    pixelSizeUm: source.pixelSizeUm,
    channelNames: source.channelNames,
    tileSize: source.tileSize,
    axesAreGuessed: source.axesAreGuessed,
    samplesPerPage: source.samplesPerPage,
    getTile: async (request) => {
      const { y, height, width, ...whole } = completeRequest(projected, request);
      const data = emptyArray(source.dtype, height * width);
      for (const band of bandsOf(y, height)) {
        data.set(await project({ ...whole, ...band, width }), (band.y - y) * width);
      }
      return { height, width, data };
    },
    getBands: async function* (request) {
      const { y, height, width, ...whole } = completeRequest(projected, request);
      for (const band of bandsOf(y, height)) {
        const data = await project({ ...whole, ...band, width });
        yield { y: band.y, height: band.height, width, data };
      }
    },
  };
  return projected;

  /** Rows from `y` on, cut where blocks of the file begin. */
  function bandsOf(y: number, height: number): { y: number; height: number }[] {
    const stored = source.tileSize.height;
    const wanted = Math.max(1, Math.floor(bandPixels / size.width));
    const isHuge = stored * size.width > blockPixels;
    const rows = isHuge ? wanted : Math.max(1, Math.round(wanted / stored)) * stored;
    const bands: { y: number; height: number }[] = [];
    for (let top = y; top < y + height;) {
      const next = Math.min(y + height, (Math.floor(top / rows) + 1) * rows);
      bands.push({ y: top, height: next - top });
      top = next;
    }
    return bands;
  }

  /** Projects one rectangle: each plane is read with a margin, which decides the focus at the edge. */
  async function project({ x, y, height, width, ...place }: FullTileRequest): Promise<PixelArray> {
    const top = Math.max(0, y - haloPx);
    const left = Math.max(0, x - haloPx);
    const box = {
      x: left,
      y: top,
      height: Math.min(size.height, y + height + haloPx) - top,
      width: Math.min(size.width, x + width + haloPx) - left,
    };
    const projector = planeProjector(projection, box.height, box.width);
    for (let z = 0; z < source.shape.z; z++) {
      const { data } = await source.getTile({ ...place, ...box, z });
      // The source may keep this array.
      projector.add(z === 0 ? data.slice() : data);
    }
    return cut({ ...box, data: projector.result() }, { x: x - left, y: y - top, height, width });
  }
}

function cut(
  { width, data }: PixelTile,
  box: { x: number; y: number; height: number; width: number },
): PixelArray {
  if (box.width === width && box.height * box.width === data.length) return data;
  const out = data.slice(0, box.height * box.width);
  for (let row = 0; row < box.height; row++) {
    const start = (box.y + row) * width + box.x;
    for (let column = 0; column < box.width; column++)
      out[row * box.width + column] = data[start + column] ?? missing(data, start + column);
  }
  return out;
}
