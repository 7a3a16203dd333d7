import { float32At, float64At, itemAt, uint8At } from '../../contract/elements.ts';
import type { Mask } from '../../contract/pixels.ts';
import { gaussianFilter } from '../filters/gaussian-filter.ts';
import { gaussianKernel } from '../filters/gaussian-kernel.ts';
import type { CellDraft } from './cell-draft.ts';
import { boxOf, growBox, maskArea, regionOf } from './cell-mask.ts';

/** σ in cell diameters, and its limits in px. It removes spikes and notches of a tenth of a cell. */
const sigmaInDiameters = 0.05;
const [leastSigmaPx, mostSigmaPx] = [0.8, 6];
/** A larger box is blurred in tiles, because a cell can be as large as an image. */
const mostAtOncePx = 2 ** 18;
/** Side of a tile in px. */
const tilePx = 256;

/**
 * Smooths the outline of a cell. It blurs the mask with a Gaussian, then takes as many of the highest pixels
 * as the cell had. So the area stays, unless other cells are in the way.
 */
export function smoothCell(draft: CellDraft, id: number): void {
  const mask = draft.mask(id);
  const area = maskArea(mask);
  const diameterPx = 2 * Math.sqrt(area / Math.PI);
  const sigmaPx = Math.min(mostSigmaPx, Math.max(leastSigmaPx, sigmaInDiameters * diameterPx));
  const margin = Math.ceil(3 * sigmaPx);
  const before = regionOf(mask, growBox(boxOf(mask), margin, draft.height, draft.width));
  draft.claim(id, { ...before, data: highest(before, sigmaPx, area) }, false, mask);
}

/** Marks the highest pixels of a blurred mask; of equal ones the first. */
function highest(mask: Mask, sigmaPx: number, count: number): Uint8Array {
  const eachRow = blurred(mask, sigmaPx);
  const least = nthHighest(eachRow, count, isLarge(mask));
  const marked = new Uint8Array(mask.data.length);
  let missing = count;
  eachRow((at, values) => {
    for (let i = 0; i < values.length; i++) {
      const value = float32At(values, i);
      if (value < least) continue;
      marked[at + i] = value > least ? 1 : 2;
      if (value > least) missing--;
    }
  });
  for (let i = marked.indexOf(2); i >= 0; i = marked.indexOf(2, i + 1)) marked[i] = missing-- > 0 ? 1 : 0;
  return marked;
}

/** Calls back for all values of a blurred mask, some at once, with the index of their first pixel. */
type EachRow = (visit: (at: number, values: Float32Array) => void) => void;

function isLarge({ data }: Mask): boolean {
  return data.length > mostAtOncePx;
}

function blurred(mask: Mask, sigmaPx: number): EachRow {
  if (isLarge(mask)) return (visit) => eachRowOfTiles(mask, sigmaPx, visit);
  const { data } = gaussianFilter({ ...mask, data: Float32Array.from(mask.data) }, sigmaPx);
  return (visit) => visit(0, data);
}

/** The bits of a real from high to low, in parts: few where each part blurs all tiles again. */
const digitsOf = (inTiles: boolean): { shift: number; bits: number }[] =>
  inTiles
    ? [
        { shift: 16, bits: 16 },
        { shift: 0, bits: 16 },
      ]
    : [
        { shift: 21, bits: 11 },
        { shift: 10, bits: 11 },
        { shift: 0, bits: 10 },
      ];

/**
 * The n-th highest value, digit by digit: the bits of positive reals are in the order of the reals. Sorting
 * would take most of the time of an edit of many cells, and the memory of a large one.
 */
function nthHighest(eachRow: EachRow, n: number, inTiles: boolean): number {
  let found = 0;
  let left = n;
  for (const { shift, bits } of digitsOf(inTiles)) {
    const counts = new Float64Array(2 ** bits);
    eachRow((_, values) => {
      for (const value of new Uint32Array(values.buffer, values.byteOffset, values.length)) {
        if (shift + bits < 32 && value >>> (shift + bits) !== found) continue;
        const digit = (value >>> shift) & (counts.length - 1);
        counts[digit] = float64At(counts, digit) + 1;
      }
    });
    let digit = counts.length - 1;
    for (; float64At(counts, digit) < left; digit--) left -= float64At(counts, digit);
    found = found * counts.length + digit;
  }
  return float32At(new Float32Array(Uint32Array.of(found).buffer), 0);
}

/**
 * Calls back for rows of tiles of a blurred mask, with the index of their first pixel. Most tiles of a large
 * cell are all inside or all outside, and need no filter.
 */
function eachRowOfTiles(
  { height, width, data }: Mask,
  sigmaPx: number,
  visit: (at: number, values: Float32Array) => void,
): void {
  const reach = gaussianKernel(sigmaPx).weights.length - 1;
  const flat = [0, 1].map((value) =>
    new Float32Array(tilePx).fill(
      float32At(gaussianFilter({ height: 1, width: 1, data: Float32Array.of(value) }, sigmaPx).data, 0),
    ),
  );
  for (let top = 0; top < height; top += tilePx) {
    for (let left = 0; left < width; left += tilePx) {
      const [rows, columns] = [Math.min(tilePx, height - top), Math.min(tilePx, width - left)];
      const box = growBox({ top, left, bottom: top + rows, right: left + columns }, reach, height, width);
      const boxWidth = box.right - box.left;
      const around = new Float32Array((box.bottom - box.top) * boxWidth);
      let isFlat = true;
      const first = uint8At(data, box.top * width + box.left);
      for (let y = box.top; y < box.bottom; y++) {
        const row = data.subarray(y * width + box.left, y * width + box.right);
        isFlat &&= !row.includes(1 - first);
        around.set(row, (y - box.top) * boxWidth);
      }
      const sums = isFlat
        ? null
        : gaussianFilter({ height: box.bottom - box.top, width: boxWidth, data: around }, sigmaPx).data;
      for (let y = top; y < top + rows; y++) {
        const from = (y - box.top) * boxWidth + left - box.left;
        const values = sums?.subarray(from, from + columns) ?? itemAt(flat, first).subarray(0, columns);
        visit(y * width + left, values);
      }
    }
  }
}
