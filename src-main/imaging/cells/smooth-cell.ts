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
  const ranked = Uint32Array.from(blurred.keys()).sort(
    (a, b) => float32At(blurred, b) - float32At(blurred, a) || a - b,
  );
  const data = new Uint8Array(before.data.length);
  for (const pixel of ranked.subarray(0, area)) data[pixel] = 1;
  draft.claim(id, { ...before, data }, false, before);
}
