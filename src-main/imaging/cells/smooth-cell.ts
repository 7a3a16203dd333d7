import { float32At } from '../../contract/elements.ts';
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
  // Sorting numbers is much faster than sorting pixels by their numbers.
  const least = float32At(values.slice().sort(), values.length - count);
  const marked = Uint8Array.from(values, (value) => (value > least ? 1 : 0));
  let missing = marked.reduce((sum, mark) => sum - mark, count);
  for (let i = 0; i < values.length && missing > 0; i++) {
    if (values[i] !== least) continue;
    marked[i] = 1;
    missing--;
  }
  return marked;
}
