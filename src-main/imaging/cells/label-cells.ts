import { int32At, uint32At } from '../../contract/elements.ts';
import type { Box, LabelRuns } from '../../contract/pixels.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { firstRunAfter } from '../label/cut-labels.ts';
import { boxOf, cellMaskOf, eachRun, emptyRegion } from './cell-mask.ts';
import type { MaskRegion } from './cell-mask.ts';

/** The place of a cell in a label image. */
export interface LabelCell {
  box: Box;
  areaPx: number;
}

/** The instances of a label image by ascending label, with their boxes and areas, in one pass. */
export function labelCells({ height, rowStarts, starts, ends, labels }: LabelRuns): Map<number, LabelCell> {
  const found = new Map<number, LabelCell>();
  for (let y = 0; y < height; y++) {
    for (let run = uint32At(rowStarts, y); run < uint32At(rowStarts, y + 1); run++) {
      const [left, right] = [int32At(starts, run), int32At(ends, run)];
      const cell = found.get(int32At(labels, run));
      if (cell === undefined) {
        found.set(int32At(labels, run), {
          box: { top: y, left, bottom: y + 1, right },
          areaPx: right - left,
        });
        continue;
      }
      cell.box.bottom = y + 1;
      cell.box.left = Math.min(cell.box.left, left);
      cell.box.right = Math.max(cell.box.right, right);
      cell.areaPx += right - left;
    }
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** Calls back for every run of a label image within a row's columns. */
export function eachLabelRun(
  runs: LabelRuns,
  y: number,
  start: number,
  end: number,
  visit: (label: number, start: number, end: number) => void,
): void {
  const rowEnd = uint32At(runs.rowStarts, y + 1);
  for (let run = firstRunAfter(runs, y, start); run < rowEnd && int32At(runs.starts, run) < end; run++)
    visit(
      int32At(runs.labels, run),
      Math.max(start, int32At(runs.starts, run)),
      Math.min(end, int32At(runs.ends, run)),
    );
}

/** The mask of the instance with this label, which is in this box. */
export function maskOfLabel(runs: LabelRuns, label: number, box: Box): CellMask {
  const region = emptyRegion(box);
  for (let y = box.top; y < box.bottom; y++) {
    const row = (y - box.top) * region.width - box.left;
    eachLabelRun(runs, y, box.left, box.right, (own, start, end) => {
      if (own === label) region.data.fill(1, row + start, row + end);
    });
  }
  const mask = cellMaskOf(region);
  if (mask === null) throw new RangeError(`No pixel in the box has label ${label}`);
  return mask;
}

/** The labels that a mask touches. */
export function labelsUnder(runs: LabelRuns, mask: CellMask): Set<number> {
  const under = new Set<number>();
  eachRun(mask, boxOf(mask), (y, start, end) => {
    eachLabelRun(runs, y, start, end, (label) => under.add(label));
  });
  return under;
}

/** Takes the pixels of all instances from a region, in place. */
export function clearRuns(region: MaskRegion, runs: LabelRuns): void {
  const { top, left, height, width } = region;
  for (let y = top; y < top + height; y++) {
    const row = (y - top) * width - left;
    eachLabelRun(runs, y, left, left + width, (_, start, end) => region.data.fill(0, row + start, row + end));
  }
}
