import { float32At } from '../contract/elements.ts';
import type { FloatPlane, LabelImage } from '../contract/pixels.ts';
import { cutPixels } from '../imaging/raster/cut-pixels.ts';
import { SeededRandom } from '../model/seeded-random.ts';
import { growTerritories } from './grow-territories.ts';
import type { LookSettings } from './look-settings.ts';
import { placeCells, type CellSeed } from './place-cells.ts';
import { renderLook } from './render-look.ts';
import type { Range } from './sample-settings.ts';
import { smoothNoise } from './smooth-noise.ts';
import { withoutFragments } from './without-fragments.ts';

/** A generated image and its true cells. */
export interface LookImage {
  /** Contrasts, about −3 … 3, [height, width]. */
  plane: FloatPlane;
  /** The cells, 1 … n. */
  labels: LabelImage;
}

/** Mean diameter of the generated cells. */
export const lookDiameterPx = 32;

/** Cells are placed up to this far outside the image, so that its edge cuts cells naturally. */
const marginPx = 44;
/** A smaller fragment at the image's edge is not an instance: share of a mean cell's area. */
const smallestFragment = 0.1;
/** Diameter of a rounded cell, relative to the others. */
const roundedSize = 0.62;
/** Distance over which aligned cells turn. */
const alignmentPx = 90;

/**
 * Generates a square image of cells with a given look. The same seed and settings give the same numbers.
 *
 * @param seed an integer
 * @param sidePx height and width
 */
export function generateLookImage(settings: LookSettings, seed: number, sidePx: number): LookImage {
  const random = new SeededRandom(seed, 'look image');
  const draw = ([low, high]: Range): number => random.uniform(low, high);
  const side = sidePx + 2 * marginPx;
  const inner = { top: marginPx, left: marginPx, height: sidePx, width: sidePx };
  const { cells } = settings;
  const placed = placeCells(
    side,
    side,
    {
      diameterPx: lookDiameterPx,
      diameterSpread: cells.spread,
      coverage: cells.coverage,
      colonyScalePx: draw(cells.colonyScalePx),
      elongation: drawnElongation(cells.elongation, random),
      borderWavinessPx: 0,
      isolated: cells.isolated,
    },
    random,
  );
  const seeds = aligned(placed, side, draw(settings.alignment), random);
  const roundedShare = draw(settings.rounded);
  const rounded = new Set<number>();
  const shaped = seeds.map((seed, k) => {
    if (!random.chance(roundedShare)) return seed;
    rounded.add(k + 1);
    return { ...seed, radiusPx: seed.radiusPx * roundedSize, elongation: random.uniform(1, 1.15) };
  });
  const labels = growTerritories(side, side, shaped, draw(cells.wavinessPx), random);
  const scene = renderLook(labels, rounded, settings, random);
  const smallestPx = smallestFragment * (Math.PI / 4) * lookDiameterPx ** 2;
  return {
    plane: { height: sidePx, width: sidePx, data: cutPixels(scene.data, side, inner) },
    labels: withoutFragments(
      { height: sidePx, width: sidePx, data: cutPixels(labels.data, side, inner) },
      smallestPx,
    ),
  };
}

/** Each image has cells of about one elongation. Round cells are common. */
function drawnElongation([low, high]: Range, random: SeededRandom): Range {
  const top = low! + (high! - low!) * random.uniform() ** 1.5;
  return [1 + (top - 1) * 0.4, Math.max(1.05, top)];
}

/** Turns a share of the cells into the direction of a smooth field. */
function aligned(seeds: readonly CellSeed[], side: number, share: number, random: SeededRandom): CellSeed[] {
  const field = smoothNoise(side, side, alignmentPx, random).data;
  const main = random.uniform(0, Math.PI);
  return seeds.map((seed) => {
    if (!random.chance(share)) return seed;
    const [y, x] = [seed.y, seed.x].map((at) => Math.min(side - 1, Math.max(0, Math.floor(at))));
    return { ...seed, angle: main + 0.5 * float32At(field, y! * side + x!) + 0.15 * random.normal() };
  });
}
