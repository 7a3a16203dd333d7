import { formatDuration } from '../../src-main/cli/format-duration.ts';
import type { Figures } from '../../src-main/workers/jobs/evaluate.ts';
import type { Experiment } from './experiment.ts';

/** One training of an experiment, and how it was judged. */
export interface Run {
  seed: number;
  engine: string;
  trainMs: number;
  /** The largest size of the process so far: a later seed's holds the earlier ones' too. */
  peakMb: number;
  figures: Figures;
}

export interface ExperimentResults {
  name: string;
  experiment: Experiment;
  commit: string;
  machine: string;
  /** Seeded watershed on the test images, annotated like the training images. */
  floor: Figures | null;
  runs: readonly Run[];
}

const headings = ['AP50', 'AP75', 'mAP', 'FNR50', 'AFNR', 'F1 at 0.5', 'PQ', 'AJI'] as const;

/** The results in Markdown: a row a seed, their mean and range, and what no learning at all gives. */
export function experimentReport({
  name,
  experiment,
  commit,
  machine,
  floor,
  runs,
}: ExperimentResults): string {
  const columns = runs.map(({ figures }) => figuresOf(figures));
  const over = (index: number): number[] => columns.map((column) => column[index]!);
  const rows: string[][] = runs.map(({ seed, trainMs }, i) => [
    `seed ${seed}`,
    ...columns[i]!.map(decimal),
    formatDuration(trainMs),
  ]);
  if (runs.length > 1) {
    const mean = headings.map((_, i) =>
      decimal(over(i).reduce((sum, value) => sum + value, 0) / runs.length),
    );
    const range = headings.map((_, i) => `${decimal(Math.min(...over(i)))}–${decimal(Math.max(...over(i)))}`);
    rows.push(['mean', ...mean, ''], ['range', ...range, '']);
  }
  if (floor !== null) rows.push(['seeded watershed, no learning', ...figuresOf(floor).map(decimal), '']);
  const table = [
    ['', ...headings, 'training'],
    Array.from({ length: headings.length + 2 }, () => '---'),
    ...rows,
  ];
  const { training, train, test } = experiment;
  const settings = JSON.stringify(training.settings);
  return `# ${experiment.title}

Trained on ${train.join(', ')}; judged on ${test.join(', ')} (${runs[0]!.figures.precision.truthCount} true cells).

${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}

${training.steps} steps of \`${training.preset}\`${settings === '{}' ? '' : `, settings ${settings}`}; at most ${Math.max(...runs.map(({ peakMb }) => peakMb))} MB.
Commit ${commit}; engine ${runs[0]!.engine}; ${machine}.

\`npm run experiment -- ${name} --seeds ${runs.map(({ seed }) => seed).join(',')}\`
`;
}

function figuresOf({ precision, field }: Figures): number[] {
  const at = (threshold: number): number =>
    precision.thresholds.findIndex((t) => Math.abs(t - threshold) < 1e-9);
  return [
    precision.averagePrecision[at(0.5)]!,
    precision.averagePrecision[at(0.75)]!,
    precision.meanAveragePrecision,
    precision.falseNegativeRate[at(0.5)]!,
    precision.averageFalseNegativeRate,
    field.f1AtThreshold[0]!,
    field.panopticQuality,
    field.aggregatedJaccardIndex,
  ];
}

function decimal(value: number): string {
  return value.toFixed(3);
}
