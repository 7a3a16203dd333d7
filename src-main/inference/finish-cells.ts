import type { ContourSet } from '../contract/pixels.ts';
import { isoContours } from '../imaging/contours/iso-contours.ts';
import { packContours } from '../imaging/contours/pack-contours.ts';
import type { Ring } from '../imaging/contours/pack-contours.ts';
import { areas } from '../imaging/label/areas.ts';
import { labelComponents } from '../imaging/label/label-components.ts';
import type { Canvas } from './paint-cells.ts';

interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/**
 * Makes every painted cell one whole piece, in place: of its 4-connected pieces the largest stays, background enclosed by
 * it becomes its own, and a cell of fewer than `minAreaPx` pixels is erased.
 *
 * @param count cells have labels 1 … count
 * @returns pixels of each cell, `areasPx[label]`; 0 for those erased
 */
export function makeWhole(canvas: Canvas, count: number, minAreaPx: number): Int32Array {
  const { height, width, data } = canvas.labels;
  const areasPx = new Int32Array(count + 1);
  boxes(canvas, count).forEach((box, index) => {
    const label = index + 1;
    if (box === undefined) return;
    const [rows, columns] = [box.bottom - box.top, box.right - box.left];
    const isOwn = new Uint8Array(rows * columns);
    for (let i = 0; i < isOwn.length; i++) {
      isOwn[i] = data[imagePixel(i, box, columns, width)] === label ? 1 : 0;
    }
    const pieces = labelComponents({ height: rows, width: columns, data: isOwn }, 4);
    const pieceAreas = areas(pieces);
    pieceAreas[0] = 0;
    const largest = pieceAreas.indexOf(pieceAreas.reduce((a, b) => Math.max(a, b), 0));
    const isEnclosed = enclosed(
      pieces.data.map((piece) => (piece === largest ? 1 : 0)),
      rows,
      columns,
    );
    let area = 0;
    for (let i = 0; i < isOwn.length; i++) {
      const pixel = imagePixel(i, box, columns, width);
      const stays =
        pieces.data[i] === largest || (isEnclosed[i] === 1 && (data[pixel] === 0 || isOwn[i] === 1));
      if (stays) area++;
      if (stays) data[pixel] = label;
      else if (isOwn[i] === 1) data[pixel] = 0;
    }
    if (area >= minAreaPx) {
      areasPx[label] = area;
      return;
    }
    for (let y = box.top; y < Math.min(height, box.bottom); y++) {
      for (let i = y * width + box.left; i < y * width + box.right; i++) if (data[i] === label) data[i] = 0;
    }
  });
  return areasPx;
}

/**
 * Sub-pixel contours of the painted cells. They pass between pixel centres at the point where the logit, interpolated,
 * falls to the threshold, or, towards another cell, where the two cells' margins balance: two cells that touch share the
 * line between them, and a pixel's centre lies inside a contour exactly when the pixel has its label.
 *
 * @param count cells have labels 1 … count
 */
export function contourCells(canvas: Canvas, count: number): ContourSet {
  const { labels, margins } = canvas;
  const rings: Ring[] = [];
  boxes(canvas, count).forEach((box, index) => {
    const label = index + 1;
    if (box === undefined) return;
    const top = Math.max(0, box.top - 1);
    const left = Math.max(0, box.left - 1);
    const rows = Math.min(labels.height, box.bottom + 1) - top;
    const columns = Math.min(labels.width, box.right + 1) - left;
    const patch = new Float32Array(rows * columns);
    for (let i = 0; i < patch.length; i++) {
      const pixel = imagePixel(i, { top, left }, columns, labels.width);
      const margin = Number.isFinite(margins[pixel]) ? Math.abs(margins[pixel]) : unknownMargin;
      const certainty = Math.max(smallestMargin, margin);
      patch[i] = labels.data[pixel] === label ? certainty : -certainty;
    }
    const found = isoContours({ height: rows, width: columns, data: patch }, 0, {
      y: top,
      x: left,
      stride: 1,
    });
    for (const points of found) rings.push({ label, points });
  });
  return packContours(rings);
}

/** Margins are kept above this, so that a contour never runs through a pixel's centre. */
const smallestMargin = 1e-3;
/** A pixel that no cell's patch reaches counts as background by one logit. */
const unknownMargin = 1;

/** The box of every label's pixels; `undefined` for labels without. */
function boxes({ labels: { width, data } }: Canvas, count: number): (Box | undefined)[] {
  const found = new Array<Box | undefined>(count).fill(undefined);
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const y = Math.floor(i / width);
    const x = i % width;
    const box = found[data[i] - 1];
    if (box === undefined) {
      found[data[i] - 1] = { top: y, left: x, bottom: y + 1, right: x + 1 };
      continue;
    }
    box.bottom = y + 1;
    if (x < box.left) box.left = x;
    if (x >= box.right) box.right = x + 1;
  }
  return found;
}

function imagePixel(i: number, box: Pick<Box, 'top' | 'left'>, columns: number, width: number): number {
  return (box.top + Math.floor(i / columns)) * width + box.left + (i % columns);
}

/** The pixels of a box that a 4-connected shape shuts in, its own excluded: all that cannot be reached from outside (8-connected). */
function enclosed(isShape: ArrayLike<number>, rows: number, columns: number): Uint8Array {
  const isShutIn = new Uint8Array(rows * columns).fill(1);
  const stack: number[] = [];
  const reach = (y: number, x: number): void => {
    if (y < 0 || x < 0 || y >= rows || x >= columns) return;
    const i = y * columns + x;
    if (isShutIn[i] === 0) return;
    isShutIn[i] = 0;
    if (isShape[i] === 0) stack.push(i);
  };
  for (let y = 0; y < rows; y++) for (const x of [0, columns - 1]) reach(y, x);
  for (let x = 0; x < columns; x++) for (const y of [0, rows - 1]) reach(y, x);
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const y = Math.floor(i / columns);
    const x = i % columns;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) reach(y + dy, x + dx);
  }
  for (let i = 0; i < isShutIn.length; i++) if (isShape[i] !== 0) isShutIn[i] = 0;
  return isShutIn;
}
