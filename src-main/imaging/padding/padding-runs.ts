import { int32At, uint32At } from '../../contract/elements.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import { labelAt } from '../label/cut-labels.ts';

/** The padding of a large image, as runs per channel. A pixel is padding if it is padding in all channels. */
export type PaddingRuns = readonly LabelRuns[];

/** 1 for the padding of some rows, by pixel. */
export function paddingOf(
  padding: PaddingRuns,
  { y: top, height, width }: { y: number; height: number; width: number },
): Uint8Array {
  const isPadding = new Uint8Array(height * width).fill(padding.length === 0 ? 0 : 1);
  for (const { rowStarts, starts, ends } of padding) {
    for (let y = 0; y < height; y++) {
      const row = y * width;
      let shown = row;
      for (let run = uint32At(rowStarts, top + y); run < uint32At(rowStarts, top + y + 1); run++) {
        isPadding.fill(0, shown, row + int32At(starts, run));
        shown = row + int32At(ends, run);
      }
      isPadding.fill(0, shown, row + width);
    }
  }
  return isPadding;
}

/** Whether a pixel is padding. */
export function isPaddingAt(padding: PaddingRuns, y: number, x: number): boolean {
  return padding.length > 0 && padding.every((runs) => labelAt(runs, y, x) !== 0);
}
