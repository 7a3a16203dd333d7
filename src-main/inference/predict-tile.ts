import { numberAt } from '../contract/elements.ts';
import * as tf from '@tensorflow/tfjs-core';
import { usualProposalScore } from '../contract/inference.ts';
import type { SegmentSettings } from '../contract/inference.ts';
import type { LacssModel } from '../model/create-model.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import type { Preset } from '../model/presets.ts';
import { trimPatch } from './found-cell.ts';
import type { FoundCell } from './found-cell.ts';
import { logitOf } from './logit-of.ts';
import { maskStability } from './mask-stability.ts';
import type { Tile, TilePlan } from './plan-tiles.ts';
import { ownProposals } from './own-proposals.ts';
import { readProposals } from './read-proposals.ts';

/** What segmentation needs of a model. */
export type SegmentingModel = Pick<LacssModel, 'inputChannels' | 'features' | 'segment'> & {
  preset: Pick<Preset, 'method' | 'padTo' | 'cellDiameterPx' | 'largestTilePx'>;
};

/** Largest number of cells per pass of the segmentation head: 37 kB per cell and layer. */
const cellsAtOnce = 256;
/** Groups are padded to one of these sizes, so that only a few versions of the head are compiled. */
const groupSizes = [16, 32, 64, 128, cellsAtOnce];

/**
 * Smallest mean area of a cell in a tile, in squared mean diameters. It limits what a model can find in
 * noise.
 */
export const smallestCell = 0.2;

/**
 * Runs the network on one tile of an image.
 *
 * A cell is reported if its location is in the tile's core, or close to it. A close one may be in this core
 * by the neighbouring tile's prediction. The code that joins the tiles keeps one of the two.
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
  const input = inputOf(image, tile, plan);
  // Score map [h, w], offsets [h, w, 2] and the maps for the masks.
  const features = tf.tidy(() => model.features(input));
  try {
    const [scoreLogits, offsets] = await Promise.all([
      features.scoreLogits.data<'float32'>(),
      features.offsets.data<'float32'>(),
    ]);
    const columns = features.scoreLogits.shape[1];
    // No cell's score is higher than its proposal's.
    const least = Math.min(usualProposalScore, settings.minScore ?? usualProposalScore);
    const seen = readProposals(scoreLogits, offsets, columns, features.locationStride, least);
    const mostCells = Math.ceil((tileHeight * tileWidth) / (smallestCell * model.preset.cellDiameterPx ** 2));
    const proposals = ownProposals(seen, tile, image, settings.nmsDistancePx, mostCells);

    const cells: FoundCell[] = [];
    for (let start = 0; start < proposals.scores.length; start += cellsAtOnce) {
      const end = Math.min(proposals.scores.length, start + cellsAtOnce);
      const group = groupSizes.find((size) => size >= end - start)!;
      const locations = new Float32Array(2 * group).fill(tileHeight / 2); // padding in the middle, never read
      locations.set(proposals.locations.subarray(2 * start, 2 * end));
      const patches = tf.tidy(() => model.segment(features, tf.tensor2d(locations, [group, 2])));
      try {
        const [logits, origins] = await Promise.all([
          patches.logits.data<'float32'>(), // [group, size, size]
          patches.origins.data<'int32'>(), // [group, 2]
        ]);
        const size = patches.logits.shape[1];
        const threshold = logitOf(settings.maskThreshold);
        for (let k = start; k < end; k++) {
          const n = k - start;
          const whole = logits.subarray(n * size * size, (n + 1) * size * size);
          const at = {
            y: numberAt(proposals.locations, 2 * k),
            x: numberAt(proposals.locations, 2 * k + 1),
            score: numberAt(proposals.scores, k),
            top: numberAt(origins, 2 * n),
            left: numberAt(origins, 2 * n + 1),
          };
          const cell = cellOf(
            { logits: whole, size, stride: patches.maskStride },
            at,
            tile,
            threshold,
            settings.ranking,
          );
          if (cell !== undefined) cells.push(cell);
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

/**
 * The cell that a patch of logits [size, size] shows; `undefined` if it shows none.
 * @param at location and proposal's score, in px of the tile; the patch's first sample in mask px of the tile
 */
export function cellOf(
  { logits, size, stride }: { logits: Float32Array; size: number; stride: number },
  at: { y: number; x: number; score: number; top: number; left: number },
  tile: Pick<Tile, 'top' | 'left'>,
  threshold: number,
  ranking: SegmentSettings['ranking'],
): FoundCell | undefined {
  const patch = trimPatch(logits, size, threshold);
  if (patch === undefined) return undefined;
  return {
    ...patch,
    y: at.y + tile.top,
    x: at.x + tile.left,
    score: ranking === 'outline' ? at.score * maskStability(logits, threshold) : at.score,
    top: patch.top + at.top + tile.top / stride,
    left: patch.left + at.left + tile.left / stride,
    stride,
  };
}

/** The tile's pixels as the network's input [1, tileHeight, tileWidth, channels]. The caller disposes it. */
export function inputOf(image: PreparedImage, tile: Tile, plan: TilePlan): tf.Tensor4D {
  return tf.tensor4d(cutTile(image, tile, plan), [1, plan.tileHeight, plan.tileWidth, image.channels]);
}

/**
 * The tile's pixels [tileHeight, tileWidth, channels]. Beyond the image they are mirrored, so that no edge
 * appears.
 */
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
      for (let c = 0; c < channels; c++) out[(y * tileWidth + x) * channels + c] = image.data[source + c]!;
    }
  }
  return out;
}

/** Index in [0, size) that mirroring shows at `index`: `… c b a | a b c | c b a …`. */
function mirrored(index: number, size: number): number {
  const phase = index % (2 * size);
  return phase < size ? phase : 2 * size - 1 - phase;
}
