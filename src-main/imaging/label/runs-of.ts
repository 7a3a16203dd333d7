import type { CellLabels, LabelRuns } from '../../contract/pixels.ts';
import { LabelRunsBuilder } from './label-runs-builder.ts';

/**
 * A label image as runs; runs are returned as they are.
 * @throws RangeError if a label is negative.
 */
export function runsOf(labels: CellLabels): LabelRuns {
  if (!('data' in labels)) return labels;
  const builder = new LabelRunsBuilder(labels.height, labels.width);
  builder.addRows(labels.data);
  return builder.build();
}
