import { float64At, int32At, uint32At } from '../../contract/elements.ts';
import type { CellLabels, Locations } from '../../contract/pixels.ts';
import { numberRuns } from './number-instances.ts';
import { runsOf } from './runs-of.ts';

/**
 * Centre of mass of every instance of a label image, packed y, x in px with pixel centres at +0.5, in order
 * of label. Background and unused labels give none.
 * @throws RangeError if a label is negative.
 */
export function centresOfMass(image: CellLabels): Locations {
  const runs = runsOf(image);
  const { labels, areas, numbers } = numberRuns(runs);
  const sumsY = new Float64Array(labels.length);
  const sumsX = new Float64Array(labels.length);
  for (let y = 0, run = 0; y < runs.height; y++) {
    for (; run < uint32At(runs.rowStarts, y + 1); run++) {
      const [start, end] = [int32At(runs.starts, run), int32At(runs.ends, run)];
      const instance = int32At(numbers, run) - 1;
      sumsY[instance] = float64At(sumsY, instance) + y * (end - start);
      // The columns of a run have the mean of its first and its last.
      sumsX[instance] = float64At(sumsX, instance) + ((start + end - 1) / 2) * (end - start);
    }
  }
  const ascending = [...labels.keys()].sort((a, b) => float64At(labels, a) - float64At(labels, b));
  const centres = new Float32Array(2 * labels.length);
  for (const [rank, instance] of ascending.entries()) {
    const area = float64At(areas, instance);
    centres[2 * rank] = float64At(sumsY, instance) / area + 0.5;
    centres[2 * rank + 1] = float64At(sumsX, instance) / area + 0.5;
  }
  return centres;
}
