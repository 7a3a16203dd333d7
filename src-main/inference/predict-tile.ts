import * as tf from '@tensorflow/tfjs-core';
import type { SegmentSettings } from '../contract/inference.ts';
import type { LacssModel } from '../model/create-model.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import type { Preset } from '../model/presets.ts';
import { trimPatch } from './found-cell.ts';
import type { FoundCell } from './found-cell.ts';
import { maskStability } from './mask-stability.ts';
import type { Tile, TilePlan } from './plan-tiles.ts';
import { ownProposals } from './own-proposals.ts';
import { readProposals } from './read-proposals.ts';

/** What segmenting needs of a model. */
export type SegmentingModel = Pick<LacssModel, 'inputChannels' | 'features' | 'segment'> & {
  preset: Pick<Preset, 'padTo' | 'cellDiameterPx' | 'largestTilePx'>;
};

/** Cells go through the segmentation head in groups of at most this many: 37 kB a cell and layer. */
const cellsAtOnce = 256;
/** Groups are filled up to one of these sizes, so that the head is compiled a few times only. */
const groupSizes = [16, 32, 64, 128, cellsAtOnce];

/** No tile holds more cells than there is room for at this size, in squared mean diameters: what a model sees in noise is bounded. */
const smallestCell = 0.2;

/**
 * Sends one tile of an image through the network.
 *
 * A cell is reported when its location lies in the tile's core, or so little outside that the neighbouring tile could
 * place it on this side: whoever joins the tiles keeps one of the two.
 *
 * @returns cells in network px of the whole image
 */
export async function predictTile(
  model: SegmentingModel,
  image: PreparedImage,
  tile: Tile,
  plan: TilePlan,
  settings: SegmentSettings,
): Promise<FoundCell[]> {
  const { tileHeight, tileWidth } = plan;
  const input = tf.tensor4d(cutTile(image, tile, plan), [1, tileHeight, tileWidth, image.channels]);
  const features = tf.tidy(() => model.features(input)); // score map [h, w], offsets [h, w, 2] and the maps for the masks
  try {
    const [scoreLogits, offsets] = await Promise.all([
      features.scoreLogits.data<'float32'>(),
      features.offsets.data<'float32'>(),
    ]);
    const columns = features.scoreLogits.shape[1];
    const seen = readProposals(scoreLogits, offsets, columns, features.locationStride, settings.minScore);
    const mostCells = Math.ceil((tileHeight * tileWidth) / (smallestCell * model.preset.cellDiameterPx ** 2));
    const proposals = ownProposals(seen, tile, image, settings.nmsDistancePx, mostCells);

    const cells: FoundCell[] = [];
    for (let start = 0; start < proposals.scores.length; start += cellsAtOnce) {
      const end = Math.min(proposals.scores.length, start + cellsAtOnce);
      const group = groupSizes.find((size) => size >= end - start)!;
      const locations = new Float32Array(2 * group).fill(tileHeight / 2); // fillers lie in the middle and are not read
      locations.set(proposals.locations.subarray(2 * start, 2 * end));
      const patches = tf.tidy(() => model.segment(features, tf.tensor2d(locations, [group, 2])));
      try {
        const [logits, origins] = await Promise.all([
          patches.logits.data<'float32'>(), // [group, size, size]
          patches.origins.data<'int32'>(), // [group, 2]
        ]);
        const size = patches.logits.shape[1];
        const threshold = Math.log(settings.maskThreshold / (1 - settings.maskThreshold));
        for (let k = start; k < end; k++) {
          const n = k - start;
          const whole = logits.subarray(n * size * size, (n + 1) * size * size);
          const patch = trimPatch(whole, size, threshold);
          if (patch === undefined) continue;
          cells.push({
            ...patch,
            y: proposals.locations[2 * k] + tile.top,
            x: proposals.locations[2 * k + 1] + tile.left,
            score: proposals.scores[k] * maskStability(whole, threshold),
            top: patch.top + origins[2 * n] + tile.top / patches.maskStride,
            left: patch.left + origins[2 * n + 1] + tile.left / patches.maskStride,
            stride: patches.maskStride,
          });
        }
      } finally {
        tf.dispose(patches);
      }
    }
    return cells;
  } finally {
    tf.dispose(features);
    input.dispose();
  }
}

/** The tile's pixels [tileHeight, tileWidth, channels]; beyond the image it is mirrored, so that no edge appears there. */
function cutTile(image: PreparedImage, tile: Tile, plan: TilePlan): Float32Array {
  const { tileHeight, tileWidth } = plan;
  const { channels } = image;
  const out = new Float32Array(tileHeight * tileWidth * channels);
  const inside = Math.min(tileWidth, image.width - tile.left);
  for (let y = 0; y < tileHeight; y++) {
    const row = mirrored(tile.top + y, image.height) * image.width;
    const start = (row + tile.left) * channels;
    out.set(image.data.subarray(start, start + inside * channels), y * tileWidth * channels);
    for (let x = inside; x < tileWidth; x++) {
      const source = (row + mirrored(tile.left + x, image.width)) * channels;
      for (let c = 0; c < channels; c++) out[(y * tileWidth + x) * channels + c] = image.data[source + c];
    }
  }
  return out;
}

/** The index inside [0, size) that a mirrored image shows at `index`: `… c b a | a b c | c b a …`. */
function mirrored(index: number, size: number): number {
  const phase = index % (2 * size);
  return phase < size ? phase : 2 * size - 1 - phase;
}
