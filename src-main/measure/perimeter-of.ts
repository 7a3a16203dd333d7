import { float64At, uint8At } from '../contract/elements.ts';
import type { LabelRegion, RowRun } from './label-region.ts';

/** Length that a border pixel adds, by 10 × its diagonal + 2 × its straight border neighbours + 1. */
const perimeterWeights = new Float64Array(64);
for (const code of [5, 7, 15, 17, 25, 27]) perimeterWeights[code] = 1;
for (const code of [21, 33]) perimeterWeights[code] = Math.SQRT2;
for (const code of [13, 23]) perimeterWeights[code] = (1 + Math.SQRT2) / 2;

/**
 * Length of a region's border in px, from the neighbourhoods of its border pixels.
 *
 * K. Benkrid, D. Crookes, "Design and FPGA Implementation of a Perimeter Estimator", The Queen's University
 * of Belfast, 2000; like `skimage.measure.perimeter` with a neighbourhood of 4.
 */
export function perimeterOf({ top, left, bottom, right, runs }: LabelRegion): number {
  // The region's bounding box with a margin of one, so that neighbours need no checks.
  const boxWidth = right - left + 3;
  const isOwn = new Uint8Array((bottom - top + 3) * boxWidth);
  const rowOf = ({ y, start }: RowRun): number => (y - top + 1) * boxWidth + (start - left + 1);
  for (const run of runs) isOwn.fill(1, rowOf(run), rowOf(run) + run.end - run.start);
  const border = new Uint8Array(isOwn.length);
  for (const run of runs) {
    const first = rowOf(run);
    for (let i = first; i < first + run.end - run.start; i++) {
      const inner =
        uint8At(isOwn, i - boxWidth) &
        uint8At(isOwn, i + boxWidth) &
        uint8At(isOwn, i - 1) &
        uint8At(isOwn, i + 1);
      border[i] = 1 - inner;
    }
  }
  let length = 0;
  for (let i = boxWidth + 1; i < border.length - boxWidth - 1; i++) {
    if (border[i] === 0) continue;
    const straight =
      uint8At(border, i - 1) +
      uint8At(border, i + 1) +
      uint8At(border, i - boxWidth) +
      uint8At(border, i + boxWidth);
    const diagonal =
      uint8At(border, i - boxWidth - 1) +
      uint8At(border, i - boxWidth + 1) +
      uint8At(border, i + boxWidth - 1) +
      uint8At(border, i + boxWidth + 1);
    length += float64At(perimeterWeights, 1 + 2 * straight + 10 * diagonal);
  }
  return length;
}
