import type { CellLabels, LabelRuns, Segmentation } from '../../contract/pixels.ts';
import { instanceLabels } from './instance-labels.ts';

/** A segmentation without some of its cells; those that stay keep their labels, scores and locations. */
export function keepCells<Labels extends CellLabels>(
  { labels, scores, locations }: Segmentation<Labels>,
  isKept: (label: number, score: number) => boolean,
): Segmentation<Labels> {
  const all = instanceLabels(labels);
  const kept = [...all.keys()].filter((index) => isKept(all[index]!, scores[index]!));
  const keptLabels = new Set(kept.map((index) => all[index]!));
  return {
    labels: withLabels(labels, keptLabels) as Labels,
    scores: Float32Array.from(kept, (index) => scores[index]!),
    locations: Float32Array.from(kept.flatMap((index) => [locations[2 * index]!, locations[2 * index + 1]!])),
  };
}

function withLabels(labels: CellLabels, kept: ReadonlySet<number>): CellLabels {
  if (!('data' in labels)) return keepRuns(labels, kept);
  return { ...labels, data: labels.data.map((label) => (kept.has(label) ? label : 0)) };
}

function keepRuns(runs: LabelRuns, kept: ReadonlySet<number>): LabelRuns {
  const isKept = Uint8Array.from(runs.labels, (label) => Number(kept.has(label)));
  const filtered = (values: Int32Array): Int32Array => values.filter((_, run) => isKept[run] === 1);
  const rowStarts = new Uint32Array(runs.rowStarts.length);
  for (let y = 0, run = 0, count = 0; y < runs.height; y++) {
    for (; run < runs.rowStarts[y + 1]!; run++) count += isKept[run]!;
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
