import { numberAt } from '../../contract/elements.ts';
import type { Box, Mask } from '../../contract/pixels.ts';
import type { CellMask } from '../../contract/review-document.ts';

/** A mask [height, width] whose pixel (0, 0) is pixel (top, left) of the image. */
export interface MaskRegion extends Mask {
  top: number;
  left: number;
}

export function boxOf({ top, left, height, width }: Omit<CellMask, 'runs'>): Box {
  return { top, left, bottom: top + height, right: left + width };
}

/** The smallest box around both. */
export function joinBoxes(a: Box, b: Box): Box {
  return {
    top: Math.min(a.top, b.top),
    left: Math.min(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

/** A box with a margin, within an image [height, width]; empty if the box is outside. */
export function growBox(box: Box, marginPx: number, height: number, width: number): Box {
  const top = Math.min(height, Math.max(0, box.top - marginPx));
  const left = Math.min(width, Math.max(0, box.left - marginPx));
  return {
    top,
    left,
    bottom: Math.max(top, Math.min(height, box.bottom + marginPx)),
    right: Math.max(left, Math.min(width, box.right + marginPx)),
  };
}

export function boxesMeet(a: Box, b: Box): boolean {
  return a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right;
}

/** A region without foreground. */
export function emptyRegion({ top, left, bottom, right }: Box): MaskRegion {
  const [height, width] = [Math.max(0, bottom - top), Math.max(0, right - left)];
  return { top, left, height, width, data: new Uint8Array(height * width) };
}

/** Number of pixels of a cell. */
export function maskArea({ runs }: CellMask): number {
  let area = 0;
  for (let i = 1; i < runs.length; i += 2) area += numberAt(runs, i);
  return area;
}

/** Calls back for every run of pixels of one row that a mask and a box have in common. */
export function eachRun(
  { top, left, width, runs }: CellMask,
  box: Box,
  visit: (y: number, start: number, end: number) => void,
): void {
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const end = at + numberAt(runs, i);
    if (i % 2 === 1) {
      for (let from = at; from < end;) {
        const row = Math.floor(from / width);
        const to = Math.min(end, (row + 1) * width);
        const y = top + row;
        if (y >= box.bottom) return;
        const start = Math.max(box.left, left + from - row * width);
        const stop = Math.min(box.right, left + to - row * width);
        if (y >= box.top && start < stop) visit(y, start, stop);
        from = to;
      }
    }
    at = end;
  }
}

/**
 * The pixels of a cell within a box.
 * @param box @default the mask's own box
 */
export function regionOf(mask: CellMask, box: Box = boxOf(mask)): MaskRegion {
  const region = emptyRegion(box);
  eachRunIn(region, mask, (start, end) => region.data.fill(1, start, end));
  return region;
}

/** Clears the pixels of a region that a mask has. */
export function clearMask(region: MaskRegion, mask: CellMask): void {
  eachRunIn(region, mask, (start, end) => region.data.fill(0, start, end));
}

/** Calls back for every run of a mask within a region, as pixels of the region. */
export function eachRunIn(
  region: Omit<MaskRegion, 'data'>,
  mask: CellMask,
  visit: (start: number, end: number) => void,
): void {
  eachRun(mask, boxOf(region), (y, start, end) => {
    const row = (y - region.top) * region.width - region.left;
    visit(row + start, row + end);
  });
}

/** Clears the pixels of `into` that are foreground of `from`. */
export function clearRegion(into: MaskRegion, from: MaskRegion): void {
  const [dy, dx] = [into.top - from.top, into.left - from.left];
  const firstX = Math.max(0, -dx);
  const endX = Math.min(into.width, from.width - dx);
  for (let y = Math.max(0, -dy); y < Math.min(into.height, from.height - dy); y++) {
    for (let x = firstX; x < endX; x++) {
      if (from.data[(y + dy) * from.width + x + dx] !== 0) into.data[y * into.width + x] = 0;
    }
  }
}

/**
 * The foreground of a region as a cell mask, in the smallest box; null if the region is empty.
 * @param value the value of foreground pixels
 */
export function cellMaskOf(region: MaskRegion, value = 1): CellMask | null {
  const { data, width } = region;
  let [top, bottom, left, right] = [region.height, 0, width, 0];
  for (let y = 0; y < region.height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(value);
    if (first < 0) continue;
    top = Math.min(top, y);
    bottom = y + 1;
    left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(value) + 1);
  }
  if (bottom === 0) return null;
  const runs: number[] = [];
  let isInside = false;
  let length = 0;
  for (let y = top; y < bottom; y++) {
    for (let i = y * width + left; i < y * width + right; i++) {
      if ((data[i] === value) !== isInside) {
        runs.push(length);
        isInside = !isInside;
        length = 0;
      }
      length++;
    }
  }
  runs.push(length);
  if (!isInside) runs.pop(); // pixels after the last run of the cell are outside by definition
  return {
    top: region.top + top,
    left: region.left + left,
    height: bottom - top,
    width: right - left,
    runs: Uint32Array.from(runs),
  };
}

export function masksEqual(a: CellMask, b: CellMask): boolean {
  return (
    a.top === b.top &&
    a.left === b.left &&
    a.height === b.height &&
    a.width === b.width &&
    a.runs.length === b.runs.length &&
    Array.prototype.every.call(a.runs, (run: number, i: number) => run === b.runs[i])
  );
}
