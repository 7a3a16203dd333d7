import { numberAt } from '../contract/elements.ts';
import type { LabelImage } from '../contract/pixels.ts';
import { areas } from '../imaging/label/areas.ts';
import { keepLargestPieces } from '../imaging/label/keep-largest-pieces.ts';
import { labelComponents } from '../imaging/label/label-components.ts';
import type { CellSeed } from './place-cells.ts';
import type { SeededRandom } from '../model/seeded-random.ts';
import { smoothNoise } from './smooth-noise.ts';

/** Reach of a cell without neighbours, in its radii. */
const reach = 1.7;
/** The colony ends where the sum of the cells' weights falls below this: a single disk ends at its radius. */
const outline = Math.exp(-1.6);

/** A cell with a smaller share of its disk's area is removed, and its neighbours take its place. */
const smallestShare = 0.3;

/**
 * Assigns every pixel of an image [height, width] to the strongest cell, or to none. This is a power diagram
 * in the cells' own elliptic distances. The plane is smoothly distorted, so that borders are wavy. Colonies
 * end where the sum of the cells' weights fades, so that gaps between neighbours are closed. Each cell is one
 * piece without holes.
 *
 * @param wavinessPx standard deviation of a border's deviation
 * @returns label i + 1 for `seeds[i]`; a removed cell has no pixels
 */
export function growTerritories(
  height: number,
  width: number,
  seeds: readonly CellSeed[],
  wavinessPx: number,
  random: SeededRandom,
): LabelImage {
  const bend = (): Float32Array => {
    const coarse = smoothNoise(height, width, 13, random).data;
    const fine = smoothNoise(height, width, 5, random).data;
    return coarse.map((value, i) => wavinessPx * (0.95 * value + 0.3 * fine[i]!));
  };
  const [bendY, bendX] = [bend(), bend()];
  const margin = Math.ceil(3 * wavinessPx);
  const first = divide(height, width, seeds, bendY, bendX, margin);
  const pixels = areas(first);
  const living = seeds.map((seed, k) =>
    (pixels[k + 1] ?? 0) < smallestShare * Math.PI * seed.radiusPx ** 2 ? undefined : seed,
  );
  return wholeCells(divide(height, width, living, bendY, bendX, margin));
}

/** Assigns every pixel to the nearest cell by its elliptic distance; `undefined` cells take none. */
function divide(
  height: number,
  width: number,
  seeds: readonly (CellSeed | undefined)[],
  bendY: Float32Array,
  bendX: Float32Array,
  marginPx: number,
): LabelImage {
  const best = new Float32Array(height * width).fill(Infinity);
  const presence = new Float32Array(height * width);
  const data = new Int32Array(height * width);
  seeds.forEach((seed, k) => {
    if (seed === undefined) return;
    const long = seed.radiusPx * Math.sqrt(seed.elongation);
    const short = seed.radiusPx / Math.sqrt(seed.elongation);
    const extent = Math.ceil(reach * long) + marginPx;
    const [sin, cos] = [Math.sin(seed.angle), Math.cos(seed.angle)];
    const [top, left] = [Math.floor(seed.y) - extent, Math.floor(seed.x) - extent];
    for (let y = Math.max(0, top); y < Math.min(height, top + 2 * extent); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + 2 * extent); x++) {
        const i = y * width + x;
        const dy = y + 0.5 + bendY[i]! - seed.y;
        const dx = x + 0.5 + bendX[i]! - seed.x;
        const distance = ((cos * dy + sin * dx) / long) ** 2 + ((cos * dx - sin * dy) / short) ** 2;
        if (distance > reach ** 2) continue;
        presence[i]! += Math.exp(-1.6 * distance);
        if (distance < best[i]!) {
          best[i] = distance;
          data[i] = k + 1;
        }
      }
    }
  });
  for (let i = 0; i < data.length; i++) if (presence[i]! < outline) data[i] = 0;
  return { height, width, data };
}

/** Smaller gaps between cells are closed, as living cells do; in pixels. */
const smallestGapPx = 70;

/** Makes each cell one piece and closes small gaps between cells. */
function wholeCells(labels: LabelImage): LabelImage {
  const { height, width, data } = keepLargestPieces(labels);
  const gaps = labelComponents({ height, width, data: Uint8Array.from(data, (l) => (l === 0 ? 1 : 0)) }, 4);
  const gapAreas = areas(gaps);
  let open = gaps.data.reduce<number[]>((pixels, gap, pixel) => {
    if (gap > 0 && gapAreas[gap]! < smallestGapPx) pixels.push(pixel);
    return pixels;
  }, []);
  for (let closed = -1; closed !== 0;) {
    const before = open.length;
    // All at once, so that every side grows equally.
    const found = open.map((pixel) => neighbouringLabel(data, width, pixel));
    open.forEach((pixel, i) => (data[pixel] = numberAt(found, i)));
    open = open.filter((pixel) => data[pixel] === 0);
    closed = before - open.length;
  }
  return { height, width, data };
}

function neighbouringLabel(data: Int32Array, width: number, pixel: number): number {
  const x = pixel % width;
  return (
    (x > 0 ? data[pixel - 1] : 0) ||
    (x + 1 < width ? data[pixel + 1] : 0) ||
    (data[pixel - width] ?? 0) ||
    (data[pixel + width] ?? 0)
  );
}
