import { LacssError } from '../contract/errors.ts';
import type { SegmentSettings } from '../contract/inference.ts';
import type { JobControl, Progress } from '../contract/job.ts';
import { isOutOfMemory } from '../engine/common/is-out-of-memory.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import type { FoundCell } from './found-cell.ts';
import { mirroredViews } from './mirrored-views.ts';
import type { PredictedImage } from './network.ts';
import { pause } from './pause.ts';
import { planTiles, type TilePlan } from './plan-tiles.ts';
import { predictTile, type SegmentingModel } from './predict-tile.ts';

/** A smaller tile is mostly margin. */
const SMALLEST_TILE_PX = 128;

/** The tile size that fitted into memory for a model. The next image starts with it. */
const affordable = new WeakMap<SegmentingModel, number>();

/**
 * Runs the network on an image tile by tile. When memory runs out, it starts again with tiles of half the
 * size.
 * @throws LacssError `cancelled`; `out-of-memory` if even the smallest tiles do not fit
 */
export async function predictImage(
  model: SegmentingModel,
  image: PreparedImage,
  settings: SegmentSettings,
  control: JobControl,
): Promise<PredictedImage> {
  const { padTo, largestTilePx } = model.preset;
  const wantedPx = Math.min(settings.tileSizePx, largestTilePx);
  for (;;) {
    const tileSizePx = Math.min(wantedPx, affordable.get(model) ?? Infinity);
    const isLess = tileSizePx < wantedPx;
    const notice = isLess ? { notice: `in tiles of ${tileSizePx} px for lack of memory` } : {};
    const tileMarginPx = isLess ? Math.min(settings.tileMarginPx, tileSizePx / 4) : settings.tileMarginPx;
    const plan = planTiles(image.height, image.width, { tileSizePx, tileMarginPx, padTo });
    try {
      const cells = await predictTiles(model, image, plan, settings, control, notice);
      return { cells, tiles: plan.tiles.length, notice };
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      const smaller = Math.floor(Math.max(plan.tileHeight, plan.tileWidth) / 2 / padTo) * padTo;
      if (smaller < SMALLEST_TILE_PX) throw tooLittle(error);
      affordable.set(model, smaller);
    }
  }
}

async function predictTiles(
  model: SegmentingModel,
  image: PreparedImage,
  plan: TilePlan,
  settings: SegmentSettings,
  control: JobControl,
  notice: Pick<Progress, 'notice'>,
): Promise<FoundCell[]> {
  const viewed = settings.views === 4 ? mirroredViews(model) : model;
  const cells: FoundCell[] = [];
  const total = plan.tiles.length;
  for (const [k, tile] of plan.tiles.entries()) {
    await pause(control);
    const message = total === 1 ? 'Segmenting' : `Segmenting, tile ${k + 1} of ${total}`;
    control.onProgress({ done: k, total, message, ...notice });
    cells.push(...(await predictTile(viewed, image, tile, plan, settings)));
  }
  return cells;
}

function tooLittle(cause: unknown): LacssError {
  return new LacssError(
    'out-of-memory',
    `There is not enough memory to segment this image, even in tiles of ${SMALLEST_TILE_PX} px.`,
    { remedy: 'Close other programs, or use a model of a smaller preset.', cause },
  );
}
