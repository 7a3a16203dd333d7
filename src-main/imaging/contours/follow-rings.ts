import type { CellLabels, LabelImage, Mask } from '../../contract/pixels.ts';
import { labelAt } from '../label/cut-labels.ts';

/** The four sides of a pixel, in clockwise order on the screen with the pixel on the right. */
const top = 0;
export const right = 1;
export const bottom = 2;
export const left = 3;

/** Per side: the step along it to the pixel ahead, and the step across it to the pixel outside. */
const aheadY = [0, 1, 0, -1] as const;
const aheadX = [1, 0, -1, 0] as const;
export const acrossY = [-1, 0, 1, 0] as const;
export const acrossX = [0, 1, 0, -1] as const;

/** One closed walk along an instance's border; `sides` holds `4 · pixel index + side` per pixel side. */
export interface SideRing {
  label: number;
  sides: number[];
}

/**
 * Follows the border of every instance of a label image or a mask [height, width], each pixel side once.
 * Outer borders run clockwise on the screen, those of holes the other way. If two pixels of an instance touch
 * only at a corner, the walk stays with its pixel. So the two are in different rings. Rings come one by one,
 * in row order of their first pixel, so that memory never holds all of them.
 */
export function* eachRing(labels: CellLabels | Mask): Generator<SideRing> {
  const { height, width } = labels;
  // Of the four sides only `top` starts a ring: one bit per pixel is enough.
  const walked = new Uint8Array(Math.ceil((height * width) / 8));
  const at = 'data' in labels ? pixelOf(labels) : (y: number, x: number) => labelAt(labels, y, x);
  const labelOf = (y: number, x: number): number =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : at(y, x);

  const follow = (startY: number, startX: number, label: number): SideRing => {
    const sides: number[] = [];
    let y = startY;
    let x = startX;
    let side = top;
    do {
      const i = y * width + x;
      sides.push(4 * i + side);
      if (side === top) walked[i >> 3]! |= 1 << (i & 7);
      const nextY = y + aheadY[side]!;
      const nextX = x + aheadX[side]!;
      if (labelOf(nextY, nextX) !== label) {
        side = (side + 1) & 3; // right, around the same pixel
      } else if (labelOf(nextY + acrossY[side]!, nextX + acrossX[side]!) !== label) {
        y = nextY; // straight on, along the pixel ahead
        x = nextX;
      } else {
        y = nextY + acrossY[side]!; // left, along the pixel diagonally ahead
        x = nextX + acrossX[side]!;
        side = (side + 3) & 3;
      }
    } while (y !== startY || x !== startX || side !== top);
    return { label, sides };
  };

  for (let y = 0; y < height; y++) {
    for (const { start, end, label } of runsInRow(labels, y)) {
      for (let x = start; x < end; x++) {
        // Every closed walk runs to the right somewhere, along a top side.
        const i = y * width + x;
        if ((walked[i >> 3]! & (1 << (i & 7))) !== 0 || labelOf(y - 1, x) === label) continue;
        yield follow(y, x, label);
      }
    }
  }
}

function pixelOf({ width, data }: LabelImage | Mask): (y: number, x: number) => number {
  return (y, x) => data[y * width + x]!;
}

interface LabelRun {
  start: number;
  end: number;
  label: number;
}

/** The runs of one row, from left to right. */
function* runsInRow(labels: CellLabels | Mask, y: number): Generator<LabelRun> {
  if (!('data' in labels)) {
    for (let run = labels.rowStarts[y]!; run < labels.rowStarts[y + 1]!; run++) {
      yield { start: labels.starts[run]!, end: labels.ends[run]!, label: labels.labels[run]! };
    }
    return;
  }
  const { width, data } = labels;
  const row = y * width;
  for (let x = 0; x < width;) {
    const label = data[row + x]!;
    const start = x++;
    while (x < width && data[row + x] === label) x++;
    if (label !== 0) yield { start, end: x, label };
  }
}
