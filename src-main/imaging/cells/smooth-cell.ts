import { float32At, int32At } from '../../contract/elements.ts';
import { gaussianFilter } from '../filters/gaussian-filter.ts';
import type { CellDraft } from './cell-draft.ts';
import { boxOf, growBox, maskArea, regionOf } from './cell-mask.ts';

/** σ in cell diameters, and its limits in px. It removes spikes and notches of a tenth of a cell. */
const sigmaInDiameters = 0.05;
const [leastSigmaPx, mostSigmaPx] = [0.8, 6];

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
  const { height, width } = before;
  const blurred = gaussianFilter({ height, width, data: Float32Array.from(before.data) }, sigmaPx).data;
  draft.claim(id, { ...before, data: highest(blurred, area) }, false, before);
}

/** Marks the highest pixels; of equal ones the first. */
function highest(values: Float32Array, count: number): Uint8Array {
  const least = highestAt(values, count);
  const marked = new Uint8Array(values.length);
  let missing = count;
  for (let i = 0; i < values.length; i++) {
    if (float32At(values, i) <= least) continue;
    marked[i] = 1;
    missing--;
  }
  for (let i = 0; i < values.length && missing > 0; i++) {
    if (values[i] !== least) continue;
    marked[i] = 1;
    missing--;
  }
  return marked;
}

/** Classes of values in [0, 1]. */
const classes = 512;

/**
 * The value at a rank, 1 for the highest. Only the values of one class are sorted, because sorting all takes
 * most of the time of an edit of many cells.
 */
function highestAt(values: Float32Array, rank: number): number {
  const classOf = (value: number): number => Math.min(classes - 1, Math.floor(value * classes));
  const counts = new Int32Array(classes);
  for (const value of values) {
    const k = classOf(value);
    counts[k] = int32At(counts, k) + 1;
  }
  let above = 0;
  let wanted = classes - 1;
  while (wanted > 0 && above + int32At(counts, wanted) < rank) above += int32At(counts, wanted--);
  const inClass = values.filter((value) => classOf(value) === wanted).sort();
  return float32At(inClass, inClass.length - (rank - above));
}
