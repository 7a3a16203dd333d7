import { itemAt, numberAt } from '../contract/elements.ts';
import type { Box, LabelImage } from '../contract/pixels.ts';
import { areas } from '../imaging/label/areas.ts';
import { labelComponents } from '../imaging/label/label-components.ts';
import type { Canvas } from './paint-cells.ts';

/**
 * Makes every painted cell one connected piece, in place. The largest 4-connected piece stays. Every other
 * piece goes to the cell with which it shares most of its border. A piece that touches no cell goes to the
 * background. Holes are filled. A cell of fewer than `minAreaPx` pixels is erased.
 *
 * @param count cells have labels 1 … count
 * @returns pixels per cell, `areasPx[label]`; 0 for erased cells
 */
export function makeWhole(canvas: Canvas, count: number, minAreaPx: number): Int32Array {
  const { data } = canvas.labels;
  const found = boxes(canvas, count);
  found.forEach((box, index) => {
    if (box !== undefined) joinPieces(canvas.labels, index + 1, box, found);
  });
  const areasPx = new Int32Array(count + 1);
  for (const label of data) areasPx[label]!++;
  areasPx[0] = 0;
  for (let label = 1; label <= count; label++) if (areasPx[label]! < minAreaPx) areasPx[label] = 0;
  for (let i = 0; i < data.length; i++) if (areasPx[data[i]!] === 0) data[i] = 0;
  return areasPx;
}

/**
 * Keeps one piece of a cell whose pixels are all inside the box, and fills its holes.
 * @param every the boxes of all cells. That of a cell which receives a piece grows by it.
 */
function joinPieces(
  { height, width, data }: LabelImage,
  label: number,
  box: Box,
  every: readonly (Box | undefined)[],
): void {
  const [rows, columns] = [box.bottom - box.top, box.right - box.left];
  const isOwn = new Uint8Array(rows * columns);
  for (let i = 0; i < isOwn.length; i++) {
    isOwn[i] = data[imagePixel(i, box, columns, width)] === label ? 1 : 0;
  }
  const pieces = labelComponents({ height: rows, width: columns, data: isOwn }, 4).data;
  const pieceAreas = areas({ height: rows, width: columns, data: pieces });
  pieceAreas[0] = 0;
  const largest = pieceAreas.indexOf(pieceAreas.reduce((a, b) => Math.max(a, b), 0));

  const shared = pieceAreas.length > 2 ? sharedBorders({ height, width, data }, label, box, pieces) : [];
  const isLargest = pieces.map((piece) => (piece === largest ? 1 : 0));
  const isEnclosed = enclosed(isLargest, rows, columns);
  for (let i = 0; i < pieces.length; i++) {
    const pixel = imagePixel(i, box, columns, width);
    if (isEnclosed[i] === 1 && (data[pixel] === 0 || isOwn[i] === 1)) data[pixel] = label;
    else if (isOwn[i] === 1 && pieces[i] !== largest) {
      const other = numberAt(shared, pieces[i]!);
      data[pixel] = other;
      if (other > 0) include(itemAt(every, other - 1)!, Math.floor(pixel / width), pixel % width);
    }
  }
}

/** For each piece of a cell, the neighbouring cell with the longest shared border; 0 if none touches it. */
function sharedBorders(
  { height, width, data }: LabelImage,
  label: number,
  box: Box,
  pieces: Int32Array,
): number[] {
  const columns = box.right - box.left;
  const sides: Map<number, number>[] = [];
  pieces.forEach((piece, i) => {
    if (piece === 0) return;
    const y = box.top + Math.floor(i / columns);
    const x = box.left + (i % columns);
    const around = (sides[piece] ??= new Map<number, number>());
    for (const [row, column] of [
      [y - 1, x],
      [y + 1, x],
      [y, x - 1],
      [y, x + 1],
    ] as const) {
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      const other = data[row * width + column]!;
      if (other !== 0 && other !== label) around.set(other, (around.get(other) ?? 0) + 1);
    }
  });
  return sides.map((around) => [...around].sort((a, b) => b[1] - a[1] || a[0] - b[0]).at(0)?.[0] ?? 0);
}

/** Bounding box of every label; `undefined` for labels without pixels. */
function boxes({ labels: { width, data } }: Canvas, count: number): (Box | undefined)[] {
  const found = new Array<Box | undefined>(count).fill(undefined);
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const y = Math.floor(i / width);
    const x = i % width;
    const box = found[data[i]! - 1];
    if (box === undefined) {
      found[data[i]! - 1] = { top: y, left: x, bottom: y + 1, right: x + 1 };
      continue;
    }
    include(box, y, x);
  }
  return found;
}

/** Grows a box by a pixel. */
function include(box: Box, y: number, x: number): void {
  if (y < box.top) box.top = y;
  if (y >= box.bottom) box.bottom = y + 1;
  if (x < box.left) box.left = x;
  if (x >= box.right) box.right = x + 1;
}

function imagePixel(i: number, box: Pick<Box, 'top' | 'left'>, columns: number, width: number): number {
  return (box.top + Math.floor(i / columns)) * width + box.left + (i % columns);
}

/**
 * Pixels of a box enclosed by a 4-connected shape, without the shape's own pixels. No 8-connected path from
 * outside reaches them.
 */
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
