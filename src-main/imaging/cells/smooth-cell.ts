import { float32At, int32At, itemAt, uint32At, uint8At } from '../../contract/elements.ts';
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

/** Numbers of classes of values in [0, 1], for small and for large cells. */
const [fewClasses, manyClasses] = [2 ** 9, 2 ** 22];
/** If a class has more values, they are from a flat area. Then they count as equal, to save memory. */
const mostCompared = 2 ** 22;

/**
 * Marks the highest pixels of a blurred mask; of equal ones the first. Only the values of one class are
 * sorted: sorting all would take most of the time of an edit of many cells, and the memory of a large one.
 */
function highest(mask: Mask, sigmaPx: number, count: number): Uint8Array {
  const eachRow = blurred(mask, sigmaPx);
  const counts = new Int32Array(isLarge(mask) ? manyClasses : fewClasses);
  const classOf = (value: number): number => Math.min(counts.length - 1, Math.floor(value * counts.length));
  eachRow((_, values) => {
    for (const value of values) {
      const k = classOf(value);
      counts[k] = int32At(counts, k) + 1;
    }
  });
  let missing = count;
  let wanted = counts.length - 1;
  while (wanted > 0 && int32At(counts, wanted) < missing) missing -= int32At(counts, wanted--);

  const marked = new Uint8Array(mask.data.length);
  const inClass = int32At(counts, wanted);
  const isCompared = inClass <= mostCompared;
  const [pixels, known] = [
    new Uint32Array(isCompared ? inClass : 0),
    new Float32Array(isCompared ? inClass : 0),
  ];
  let found = 0;
  eachRow((at, values) => {
    for (let i = 0; i < values.length; i++) {
      const value = float32At(values, i);
      const k = classOf(value);
      if (k < wanted) continue;
      marked[at + i] = k > wanted ? 1 : 2;
      if (k > wanted || !isCompared) continue;
      pixels[found] = at + i;
      known[found++] = value;
    }
  });
  const least = isCompared ? float32At(known.toSorted(), inClass - missing) : 0;
  for (const [k, value] of known.entries()) {
    if (value === least) continue;
    marked[uint32At(pixels, k)] = value > least ? 1 : 0;
    if (value > least) missing--;
  }
  for (let i = marked.indexOf(2); i >= 0; i = marked.indexOf(2, i + 1)) marked[i] = missing-- > 0 ? 1 : 0;
  return marked;
}

/** Calls back for all values of a blurred mask in pieces, with the index of each piece's first pixel. */
type EachRow = (visit: (at: number, values: Float32Array) => void) => void;

function isLarge({ data }: Mask): boolean {
  return data.length > mostAtOncePx;
}

function blurred(mask: Mask, sigmaPx: number): EachRow {
  if (isLarge(mask)) return (visit) => eachRowOfTiles(mask, sigmaPx, visit);
  const { data } = gaussianFilter({ ...mask, data: Float32Array.from(mask.data) }, sigmaPx);
  return (visit) => visit(0, data);
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
