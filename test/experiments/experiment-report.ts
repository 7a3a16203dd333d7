import { formatDuration } from '../../src-main/cli/format-duration.ts';
import type { EvaluationReports } from '../../src-main/tasks/results/evaluate-images.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentResults } from './results.ts';

const headings = ['AP50', 'AP75', 'mAP', 'FNR50', 'AFNR', 'F1 at 0.5', 'PQ', 'AJI'] as const;

/** The results in Markdown: one row per seed, their mean and range, and the figures without any learning. */
export function experimentReport({ command, experiment, floor, runs }: ExperimentResults): string {
  const columns = runs.map(({ figures }) => figuresOf(figures));
  const over = (index: number): number[] => columns.map((column) => column[index]!);
  const rows: string[][] = runs.map(({ seed, steps, trainMs, commit }, i) => [
    `seed ${seed}`,
    ...columns[i]!.map(decimal),
    String(steps),
    formatDuration(trainMs),
    commit,
  ]);
  if (runs.length > 1) {
    const mean = headings.map((_, i) =>
      decimal(over(i).reduce((sum, value) => sum + value, 0) / runs.length),
    );
    const range = headings.map((_, i) => `${decimal(Math.min(...over(i)))}–${decimal(Math.max(...over(i)))}`);
    rows.push(['mean', ...mean, '', '', ''], ['range', ...range, '', '', '']);
  }
  if (floor !== null)
    rows.push(['seeded watershed, no learning', ...figuresOf(floor).map(decimal), '', '', '']);
  const table = [
    ['', ...headings, 'steps', 'training', 'commit'],
    Array.from({ length: headings.length + 4 }, () => '---'),
    ...rows,
  ];
  const { training, segmenting } = experiment;
  const settings = JSON.stringify(training.settings);
  const start = training.startFrom === null ? '' : `, starting from ${training.startFrom}`;
  const views = segmenting?.views === 4 ? ', images looked at from four sides' : '';
  const method = training.variant?.method === 'published' ? ', as published' : '';
  const machines = [...new Set(runs.map(({ engine, machine }) => `engine ${engine}; ${machine}`))];
  return `# ${experiment.title}

${imagesOf(experiment)} (${runs[0]!.figures.precision.truthCount} true cells).

${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}

${training.steps} steps of \`${training.preset}\`${method}${start}${settings === '{}' ? '' : `, settings ${settings}`}${views}; at most ${Math.max(...runs.map(({ peakMb }) => peakMb))} MB.
${machines.map((machine) => `${machine[0]!.toUpperCase()}${machine.slice(1)}.`).join('\n')}

\`${command} --seeds ${runs.map(({ seed }) => seed).join(',')}\`
`;
}

function imagesOf({ data, train, test }: Experiment): string {
  if (typeof data === 'string') return `Trained on ${train.join(', ')}; judged on ${test.join(', ')}`;
  if ('prepared' in data) return `Trained and judged on ${data.prepared}, as its authors divide it`;
  const { training, heldOut, generated, seed } = data;
  return `Trained on ${training} generated images (${generated}, seed ${seed}); judged on ${heldOut} more`;
}

function figuresOf({ precision, field }: EvaluationReports): number[] {
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
