import { itemAt } from '../../../src-main/contract/elements.ts';
import type { Box } from '../../../src-main/contract/pixels.ts';
import { tileSize } from '../../../src-main/contract/urls.ts';
import type { ImageSource } from '../image-source.ts';
import type { ChannelLook } from '../scene.ts';
import type { PaneView } from './pane-view.ts';
import { maxChannels, RasterPainter } from './raster-painter.ts';
import { TileStore } from './tile-store.ts';
import type { TileTexture } from './tile-store.ts';
import { visibleTiles } from './visible-tiles.ts';
import type { LevelTile } from './visible-tiles.ts';

interface ImagePart {
  tiles: readonly TileTexture[];
  /** The place of the tiles: the area itself, or a coarser tile around it. */
  from: LevelTile;
  area: LevelTile;
}

/** The parts of an image that can be painted now. */
export interface ImagePlan {
  /** The same name means the same picture. */
  name: string;
  /** Plans with the same content differ only in the view and in the detail of tiles. */
  content: string;
  source: ImageSource;
  looks: readonly ChannelLook[];
  view: PaneView;
  parts: readonly ImagePart[];
  /** The level of the tile that each visible area is painted from; −1 if there is none yet. */
  levels: ReadonlyMap<string, { area: LevelTile; level: number }>;
  /** Whether all tiles are there at full detail. */
  isWhole: boolean;
}

/** Paints images from their available tiles, and requests the others. */
export class ImagePainter {
  readonly #raster: RasterPainter;
  readonly tiles: TileStore;

  /** @param onTile - `shown`: whether the last frame needed the new tile */
  constructor(gl: WebGL2RenderingContext, onTile: (shown: boolean) => void) {
    this.#raster = new RasterPainter(gl);
    this.tiles = new TileStore(gl, onTile);
  }

  /** @param shown - whether it is for this frame, not for a later one */
  plan(source: ImageSource, allLooks: readonly ChannelLook[], view: PaneView, shown: boolean): ImagePlan {
    const looks = allLooks.slice(0, maxChannels);
    // Requested first, so that something is there at once at any zoom.
    if (looks.length > 0)
      this.#readyTiles(source, looks, { level: source.levels - 1, row: 0, column: 0 }, shown);
    const areas = looks.length > 0 ? visibleTiles(source, view) : [];
    const parts = areas.map((area): ImagePart | null => {
      const tiles = this.#readyTiles(source, looks, area, shown);
      return tiles ? { tiles, from: area, area } : this.#partInstead(source, looks, area);
    });
    const levels = parts.map((part) => part?.from.level ?? -1);
    return {
      name: JSON.stringify([source.id, view, looks, levels]),
      content: JSON.stringify([source.id, looks]),
      source,
      looks,
      view,
      parts: parts.filter((part) => part !== null),
      levels: new Map(
        areas.map((area, i) => [
          `${area.level}/${area.row}/${area.column}`,
          { area, level: itemAt(levels, i) },
        ]),
      ),
      isWhole: parts.every((part) => part !== null && part.from === part.area),
    };
  }

  paint({ source, looks, view, parts }: ImagePlan): void {
    for (const { tiles, from, area } of parts) {
      const { top: y, left: x, bottom, right } = boxOfTile(source, area);
      const [height, width] = [bottom - y, right - x];
      const shrink = 2 ** from.level;
      this.#raster.paint(
        view,
        looks,
        tiles.map(({ texture }) => texture),
        {
          y,
          x,
          height,
          width,
          texelY: y / shrink - from.row * tileSize,
          texelX: x / shrink - from.column * tileSize,
          texelHeight: height / shrink,
          texelWidth: width / shrink,
        },
      );
    }
  }

  dispose(): void {
    this.tiles.dispose();
    this.#raster.dispose();
  }

  /** The substitute for a tile that is still loading: the finest available tile around it. */
  #partInstead(source: ImageSource, looks: readonly ChannelLook[], area: LevelTile): ImagePart | null {
    for (let level = area.level + 1; level < source.levels; level++) {
      const shrink = 2 ** (level - area.level);
      const from = { level, row: Math.floor(area.row / shrink), column: Math.floor(area.column / shrink) };
      const tiles = looks.map(({ channel }) => this.tiles.peek(source, { channel, ...from }));
      if (isComplete(tiles)) return { tiles, from, area };
    }
    return null;
  }

  #readyTiles(
    source: ImageSource,
    looks: readonly ChannelLook[],
    { level, row, column }: LevelTile,
    shown: boolean,
  ): TileTexture[] | null {
    const tiles = looks.map(({ channel }) => this.tiles.want(source, { channel, level, row, column }, shown));
    return isComplete(tiles) ? tiles : null;
  }
}

/** The boxes of the image that two plans paint from tiles of different levels, image px. */
export function changedBoxes(before: ImagePlan | null, plan: ImagePlan | null): Box[] {
  if (before === null || plan === null) return [];
  return [...plan.levels].flatMap(([key, { area, level }]) => {
    const known = before.levels.get(key);
    return known === undefined || known.level === level ? [] : [boxOfTile(plan.source, area)];
  });
}

/** The part of an image that a tile shows, px. */
function boxOfTile(source: ImageSource, { level, row, column }: LevelTile): Box {
  const side = tileSize * 2 ** level;
  const [top, left] = [row * side, column * side];
  return {
    top,
    left,
    bottom: Math.min(top + side, source.height),
    right: Math.min(left + side, source.width),
  };
}

function isComplete(tiles: readonly (TileTexture | null)[]): tiles is TileTexture[] {
  return tiles.every((tile) => tile !== null);
}
