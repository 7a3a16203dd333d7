/** A rectangle of the rescaled image that the network sees at once, and the part of it the tile is responsible for. */
export interface Tile {
  /** Upper left corner in network px, a multiple of the network's deepest stride. */
  top: number;
  left: number;
  /** The core: locations with coreTop ≤ y < coreBottom, coreLeft ≤ x < coreRight are this tile's. Cores tile the image. */
  coreTop: number;
  coreBottom: number;
  coreLeft: number;
  coreRight: number;
}

export interface TilePlan {
  /**
   * Every tile has this size, so that the network is compiled once; it may overhang the image at the bottom and right, and is
   * no larger than it must be.
   */
  tileHeight: number;
  tileWidth: number;
  /** Row by row. */
  tiles: Tile[];
}

export interface TileSettings {
  /** Largest side of a tile in network px. */
  tileSizePx: number;
  /** Least distance from a core to a tile's edge, except where that is the image's own edge. */
  tileMarginPx: number;
  /** Tiles start at, and measure, multiples of this, so that all of them see the image through the same grid. */
  padTo: number;
}

/**
 * Covers an image of height × width network px with overlapping tiles of one size. An image that fits into one tile is one
 * tile, no larger than it must be. Along each axis the tiles are spread evenly, and the first and last lie at the image's
 * edges, where the network has a true border; neighbouring cores meet in the middle of their tiles' overlap.
 *
 * @throws RangeError where the margins leave no core
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
      `tileMarginPx must be less than half of tileSizePx, received ${tileMarginPx} and ${tileSizePx} with tiles in steps of ${padTo}`,
    );
  }
  const count = Math.ceil((padded - overlap) / (largest - overlap));
  // No larger than so many tiles must be: an image of 1024 px in tiles of 768 px would else be computed twice over.
  const size = Math.ceil(((padded - overlap) / count + overlap) / padTo) * padTo;
  const steps = (padded - size) / padTo; // the last start, in strides
  const starts = Array.from({ length: count }, (_, k) => padTo * Math.floor((steps * k) / (count - 1)));
  const spans = starts.map((start, k) => ({
    start,
    coreStart: k === 0 ? 0 : (starts[k - 1] + size + start) / 2,
    coreEnd: k === count - 1 ? length : (start + size + starts[k + 1]) / 2,
  }));
  return { size, spans };
}
