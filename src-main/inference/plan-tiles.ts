import { numberAt } from '../contract/elements.ts';

/**
 * A rectangle of the rescaled image that the network sees at once, with its core: the part the tile reports.
 */
export interface Tile {
  /** Upper left corner in network px, a multiple of the network's largest stride. */
  top: number;
  left: number;
  /**
   * The core: the tile reports locations with coreTop ≤ y < coreBottom, coreLeft ≤ x < coreRight. The cores
   * cover the image without overlap.
   */
  coreTop: number;
  coreBottom: number;
  coreLeft: number;
  coreRight: number;
}

export interface TilePlan {
  /**
   * All tiles have this size, so that the network is compiled once. It is as small as possible; a tile may
   * extend beyond the bottom and right of the image.
   */
  tileHeight: number;
  tileWidth: number;
  /** In row order. */
  tiles: Tile[];
}

export interface TileSettings {
  /** Largest side of a tile in network px. */
  tileSizePx: number;
  /** Smallest distance from a core to its tile's edge, except at the image's own edge. */
  tileMarginPx: number;
  /** Tile positions and sizes are multiples of this, so that all tiles see the image on the same grid. */
  padTo: number;
}

/**
 * Covers an image of height × width network px with overlapping tiles of one size. An image that fits into
 * one tile gets one tile of minimal size. Tiles are evenly spaced along each axis. The first and last tile
 * touch the image's edges, where the network has a true border. Neighbouring cores meet in the middle of
 * their tiles' overlap.
 *
 * @throws RangeError if the margins leave no core
 */
export function planTiles(height: number, width: number, settings: TileSettings): TilePlan {
  const rows = planAxis(height, settings);
  const columns = planAxis(width, settings);
  return {
    tileHeight: rows.size,
    tileWidth: columns.size,
    tiles: rows.spans.flatMap((row) =>
      columns.spans.map((column) => ({
        top: row.start,
        left: column.start,
        coreTop: row.coreStart,
        coreBottom: row.coreEnd,
        coreLeft: column.coreStart,
        coreRight: column.coreEnd,
      })),
    ),
  };
}

interface Span {
  start: number;
  coreStart: number;
  coreEnd: number;
}

function planAxis(
  length: number,
  { tileSizePx, tileMarginPx, padTo }: TileSettings,
): { size: number; spans: Span[] } {
  const largest = Math.floor(tileSizePx / padTo) * padTo;
  const padded = Math.ceil(length / padTo) * padTo;
  if (padded <= largest) return { size: padded, spans: [{ start: 0, coreStart: 0, coreEnd: length }] };

  const overlap = 2 * Math.ceil(tileMarginPx / padTo) * padTo;
  if (overlap >= largest) {
    throw new RangeError(
      `tileMarginPx must be less than half of tileSizePx, received ${tileMarginPx} and ${tileSizePx} in steps of ${padTo}`,
    );
  }
  const count = Math.ceil((padded - overlap) / (largest - overlap));
  // As small as this number of tiles allows. Otherwise tiles of 768 px would compute a 1024 px image twice.
  const size = Math.ceil(((padded - overlap) / count + overlap) / padTo) * padTo;
  const steps = (padded - size) / padTo; // the last start, in strides
  const starts = Array.from({ length: count }, (_, k) => padTo * Math.floor((steps * k) / (count - 1)));
  const spans = starts.map((start, k) => ({
    start,
    coreStart: k === 0 ? 0 : (numberAt(starts, k - 1) + size + start) / 2,
    coreEnd: k === count - 1 ? length : (start + size + numberAt(starts, k + 1)) / 2,
  }));
  return { size, spans };
}
