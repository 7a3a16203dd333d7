import { int32At, uint32At } from '../contract/elements.ts';
import type { CellLabels } from '../contract/pixels.ts';
import { eachLabelRun } from '../imaging/cells/label-cells.ts';
import { runsOf } from '../imaging/label/runs-of.ts';
import type { ReviewedCells } from './reviewed-cells.ts';

/** How many pixels of each cell belong to judged cells, by label; 0 for a cell without any. */
export function coveredPx(
  cells: CellLabels,
  judged: Pick<ReviewedCells, 'labels' | 'rejected'>,
): Map<number, number> {
  const { height, rowStarts, starts, ends, labels } = runsOf(cells);
  const outlined = runsOf(judged.labels);
  const rejected = runsOf(judged.rejected);
  const covered = new Map<number, number>();
  for (let y = 0, run = 0; y < height; y++) {
    for (; run < uint32At(rowStarts, y + 1); run++) {
      const [start, end] = [int32At(starts, run), int32At(ends, run)];
      let px = 0;
      eachLabelRun(rejected, y, start, end, (_, from, to) => (px += to - from));
      eachLabelRun(outlined, y, start, end, (_, from, to) => {
        px += to - from;
        // Pixels of both count once.
        eachLabelRun(rejected, y, from, to, (_, first, last) => (px -= last - first));
      });
      const label = int32At(labels, run);
      covered.set(label, (covered.get(label) ?? 0) + px);
    }
  }
  return covered;
}
