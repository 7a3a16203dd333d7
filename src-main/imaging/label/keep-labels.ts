import { uint32At, uint8At } from '../../contract/elements.ts';
import type { CellLabels, LabelRuns } from '../../contract/pixels.ts';

/** A label image without some of its cells. Those that stay keep their labels. */
export function keepLabels<Labels extends CellLabels>(
  labels: Labels,
  isKept: (label: number) => boolean,
): Labels {
  if (!('data' in labels)) return keepRuns(labels, isKept) as Labels;
  return { ...labels, data: labels.data.map((label) => (label !== 0 && isKept(label) ? label : 0)) };
}

function keepRuns(runs: LabelRuns, isWanted: (label: number) => boolean): LabelRuns {
  const isKept = Uint8Array.from(runs.labels, (label) => Number(isWanted(label)));
  const filtered = (values: Int32Array): Int32Array => values.filter((_, run) => isKept[run] === 1);
  const rowStarts = new Uint32Array(runs.rowStarts.length);
  for (let y = 0, run = 0, count = 0; y < runs.height; y++) {
    for (; run < uint32At(runs.rowStarts, y + 1); run++) count += uint8At(isKept, run);
    rowStarts[y + 1] = count;
  }
  return {
    ...runs,
    rowStarts,
    starts: filtered(runs.starts),
    ends: filtered(runs.ends),
    labels: filtered(runs.labels),
  };
}
