import { int32At, itemAt, uint32At } from '../contract/elements.ts';
import type { LabelRuns } from '../contract/pixels.ts';

/** The pixels of one label, as runs. */
export interface LabelRegion {
  label: number;
  top: number;
  left: number;
  /** The last row and column. */
  bottom: number;
  right: number;
  area: number;
  sumY: number;
  sumX: number;
  runs: RowRun[];
}

/** Columns `start` up to `end` of row `y`. */
export interface RowRun {
  y: number;
  start: number;
  end: number;
}

/**
 * The regions of all cells, in the order of their labels.
 * @param known the labels, ascending
 * @param owners index in `known` of each run's label
 */
export function findRegions(labels: LabelRuns, known: Float64Array, owners: Int32Array): LabelRegion[] {
  const regions = Array.from(known, (label): LabelRegion => {
    const nowhere = { top: Infinity, left: Infinity, bottom: -1, right: -1 };
    return { label, ...nowhere, area: 0, sumY: 0, sumX: 0, runs: [] };
  });
  for (let y = 0, run = 0; y < labels.height; y++) {
    for (; run < uint32At(labels.rowStarts, y + 1); run++) {
      const region = itemAt(regions, int32At(owners, run));
      const [start, end] = [int32At(labels.starts, run), int32At(labels.ends, run)];
      region.top = Math.min(region.top, y);
      region.bottom = y;
      region.left = Math.min(region.left, start);
      region.right = Math.max(region.right, end - 1);
      region.area += end - start;
      region.sumY += y * (end - start);
      region.sumX += ((start + end - 1) * (end - start)) / 2;
      region.runs.push({ y, start, end });
    }
  }
  return regions;
}
