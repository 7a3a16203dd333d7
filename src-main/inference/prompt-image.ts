import * as tf from '@tensorflow/tfjs-core';
import { float32At, int32At, itemAt } from '../contract/elements.ts';
import { usualSegmentSettings } from '../contract/inference.ts';
import type { SegmentSettings } from '../contract/inference.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import type { Position } from '../contract/fields.ts';
import { cellMaskOf } from '../imaging/cells/cell-mask.ts';
import type { CellMask } from '../contract/review-document.ts';
import { keepOnePiece } from '../imaging/cells/keep-one-piece.ts';
import { fillHoles } from '../imaging/morphology/fill-holes.ts';
import { isBlank } from '../imaging/padding/is-blank.ts';
import { shownPart } from '../imaging/padding/shown-part.ts';
import type { Features, LacssModel } from '../model/create-model.ts';
import { prepareImage } from '../model/prepare-image.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import { logitOf } from './logit-of.ts';
import { cellMargins } from './paint-cells.ts';
import { planTiles } from './plan-tiles.ts';
import type { Tile, TilePlan } from './plan-tiles.ts';
import { cellOf, inputOf } from './predict-tile.ts';
import { checkPlanes, isShown } from './segment-image.ts';

/** An image in which the network outlines the cell at any place. */
export interface PromptImage {
  image: PreparedImage;
  plan: TilePlan;
  settings: SegmentSettings;
  /** The part of the image that is not padding, in image px. */
  part: { top: number; left: number; height: number; width: number };
}

/** What the network computes once per tile, before any cell. */
export interface PromptTile {
  tile: Tile;
  features: Features;
  /** Logits [h, w] of a location in each grid cell. */
  scoreLogits: Float32Array;
}

/** A cell that the network outlines at a place. */
export interface PromptedCell {
  mask: CellMask;
  /** The network's highest probability of a cell in its mask, times the stability of the mask. */
  score: number;
}

/**
 * Prepares an image for prompts. It uses the same tiles as a segmentation, so a prompt at a found cell's
 * location gives the same cell.
 * @param options as for `segmentImage`; one view
 * @returns null if the image is blank
 * @throws LacssError `image-size-mismatch`, `image-invalid`
 */
export function openPromptImage(
  { preset, inputChannels }: Pick<LacssModel, 'preset' | 'inputChannels'>,
  planes: readonly FloatPlane[],
  { scale, ...chosen }: Partial<SegmentSettings> & { scale: number },
): PromptImage | null {
  checkPlanes(planes, inputChannels);
  const { planes: shown, padding, top, left } = shownPart(planes);
  if (shown.every((plane) => isBlank(plane, padding))) return null;
  const settings = { ...usualSegmentSettings(preset.method), ...chosen };
  const image = prepareImage(shown, scale, padding);
  const plan = planTiles(image.height, image.width, {
    tileSizePx: Math.min(settings.tileSizePx, preset.largestTilePx),
    tileMarginPx: settings.tileMarginPx,
    padTo: preset.padTo,
  });
  const { height, width } = itemAt(shown, 0);
  return { image, plan, settings, part: { top, left, height, width } };
}

/** The tile whose core a place of the image is in; null outside the image or in its padding. */
export function tileAt(prompt: PromptImage, place: Position): Tile | null {
  const { y, x } = inNetworkPx(prompt, place);
  const { image, plan } = prompt;
  if (y < 0 || x < 0 || y >= image.height || x >= image.width || !isShown(image, y, x)) return null;
  return (
    plan.tiles.find(
      ({ coreTop, coreBottom, coreLeft, coreRight }) =>
        y >= coreTop && y < coreBottom && x >= coreLeft && x < coreRight,
    ) ?? null
  );
}

/** Runs the network on a tile. The caller disposes the features. */
export async function openPromptTile(
  model: Pick<LacssModel, 'features'>,
  { image, plan }: PromptImage,
  tile: Tile,
): Promise<PromptTile> {
  const input = inputOf(image, tile, plan);
  const features = tf.tidy(() => model.features(input));
  try {
    const scoreLogits = await features.scoreLogits.data<'float32'>();
    return { tile, features, scoreLogits };
  } catch (error) {
    tf.dispose(features);
    throw error;
  } finally {
    input.dispose();
  }
}

/**
 * Runs the segmentation head at a place: the place is the prompt.
 * @param place in image px
 * @returns one piece without holes; null if no pixel is more likely cell than not
 */
export async function promptCell(
  model: Pick<LacssModel, 'segment'>,
  prompt: PromptImage,
  { tile, features, scoreLogits }: PromptTile,
  place: Position,
): Promise<PromptedCell | null> {
  const { image, settings, part } = prompt;
  const inNetwork = inNetworkPx(prompt, place);
  const [y, x] = [inNetwork.y - tile.top, inNetwork.x - tile.left];
  const patches = tf.tidy(() => model.segment(features, tf.tensor2d([y, x], [1, 2])));
  try {
    const [logits, origins] = await Promise.all([
      patches.logits.data<'float32'>(), // [1, size, size]
      patches.origins.data<'int32'>(), // [1, 2]
    ]);
    const threshold = logitOf(settings.maskThreshold);
    const patch = { logits, size: patches.logits.shape[1], stride: patches.maskStride };
    const cell = cellOf(
      patch,
      { y, x, score: 1, top: int32At(origins, 0), left: int32At(origins, 1) },
      tile,
      threshold,
      settings.ranking,
    );
    if (cell === undefined) return null;
    const scales = scalesOf(prompt);
    const margins = cellMargins(part, cell, scales, threshold);
    const [rows, columns] = features.scoreLogits.shape;
    const data = new Uint8Array(margins.data.length);
    let proposal = -Infinity;
    for (let i = 0; i < data.length; i++) {
      if (!(float32At(margins.data, i) > 0)) continue;
      const pixelY = (margins.top + Math.floor(i / margins.width) + 0.5) * scales.y;
      const pixelX = (margins.left + (i % margins.width) + 0.5) * scales.x;
      if (!isShown(image, pixelY, pixelX)) continue;
      data[i] = 1;
      const row = Math.floor((pixelY - tile.top) / features.locationStride);
      const column = Math.floor((pixelX - tile.left) / features.locationStride);
      if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
      proposal = Math.max(proposal, float32At(scoreLogits, row * columns + column));
    }
    const region = { ...margins, top: part.top + margins.top, left: part.left + margins.left, data };
    keepOnePiece(region);
    const mask = cellMaskOf({ ...region, data: fillHoles(region).data });
    return mask === null ? null : { mask, score: cell.score / (1 + Math.exp(-proposal)) };
  } finally {
    tf.dispose(patches);
  }
}

/** Bytes of a tile's features. */
export function tileBytes({ features, scoreLogits }: PromptTile): number {
  let bytes = scoreLogits.byteLength;
  for (const part of Object.values(features)) if (part instanceof tf.Tensor) bytes += 4 * part.size;
  return bytes;
}

/** Network px per image px of each axis, after rounding to whole network px. */
function scalesOf({ image, part }: PromptImage): { y: number; x: number } {
  return { y: image.height / part.height, x: image.width / part.width };
}

function inNetworkPx(prompt: PromptImage, { y, x }: Position): Position {
  const scales = scalesOf(prompt);
  return { y: (y - prompt.part.top) * scales.y, x: (x - prompt.part.left) * scales.x };
}
