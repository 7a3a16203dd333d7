import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { formatDuration } from '../../src-main/cli/format-duration.ts';
import { ProgressLine } from '../../src-main/cli/progress-line.ts';
import { processTerminal } from '../../src-main/cli/terminal.ts';
import type { JobControl } from '../../src-main/contract/job.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import { foregroundSettingsSchema, locationSettingsSchema } from '../../src-main/contract/project.ts';
import { defaultTrainingSettings, trainingSettingsSchema } from '../../src-main/contract/training.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { defaultSettings } from '../../src-main/project/default-settings.ts';
import type { Project } from '../../src-main/project/project.ts';
import { add } from '../../src-main/workers/jobs/add.ts';
import { attachLabels } from '../../src-main/workers/jobs/attach-labels.ts';
import { evaluate } from '../../src-main/workers/jobs/evaluate.ts';
import type { EvaluateResult } from '../../src-main/workers/jobs/evaluate.ts';
import { foreground } from '../../src-main/workers/jobs/foreground.ts';
import { locate } from '../../src-main/workers/jobs/locate.ts';
import { segment } from '../../src-main/workers/jobs/segment.ts';
import { train } from '../../src-main/workers/jobs/train.ts';

/**
 * `npm run experiment -- NAME`: runs `test/experiments/NAME.json` on real images through the jobs of the command line,
 * and writes `reports/NAME.json` and `reports/NAME.md`.
 */

const experimentSchema = z.strictObject({
  title: z.string(),
  /** A folder of `../shared/data`; its label images are truth. */
  data: z.string(),
  train: z.array(z.string()).min(1),
  validation: z.array(z.string()),
  test: z.array(z.string()).min(1),
  /** What training is given: made by machine, read off the truth, or the truth itself. */
  foreground: z.enum(['candidates', 'union-of-labels', 'none']),
  locations: z.enum(['difference-of-gaussians', 'centres-of-labels', 'none']),
  labels: z.boolean(),
  settings: z.strictObject({
    foreground: foregroundSettingsSchema.default(defaultSettings.foreground),
    locations: locationSettingsSchema.default(defaultSettings.locations),
  }),
  training: z.strictObject({
    preset: z.enum(['tiny', 'small', 'paper']),
    steps: z.int().positive(),
    seed: z.int(),
    /** What differs from the usual settings. */
    settings: z.record(z.string(), z.json()).default({}),
  }),
});
type Experiment = z.infer<typeof experimentSchema>;

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

async function runExperiment(name: string, experiment: Experiment): Promise<void> {
  const data = join(root, '..', 'shared', 'data', experiment.data);
  const folder = join(root, 'reports', name);
  rmSync(folder, { recursive: true, force: true });
  const project = await createProject(folder, 'npm run experiment', name);
  const terminal = processTerminal();
  const progress = new ProgressLine(terminal);
  const control: JobControl = {
    signal: new AbortController().signal,
    onProgress: (report) => progress.show(report),
  };
  const startMs = performance.now();
  try {
    await prepare(project, experiment, data, control);
    const images = idsOf(project, experiment.test);
    const trainStartMs = performance.now();
    const trained = await train(
      project,
      {
        preset: experiment.training.preset,
        until: { kind: 'steps', steps: experiment.training.steps },
        seed: experiment.training.seed,
        engine: 'auto',
        startFrom: null,
        images: idsOf(project, experiment.train),
        useLabels: experiment.labels,
        settings: trainingSettingsSchema.parse({
          ...defaultTrainingSettings,
          ...experiment.training.settings,
        }),
      },
      control,
    );
    const trainMs = performance.now() - trainStartMs;
    stopOnFailure(
      (await segment(project, { model: trained.model, images, engine: 'auto' }, control)).failures,
    );
    const result = await evaluate(project, { model: trained.model, images, truth: data }, control);
    progress.clear();
    const times = { trainMs, totalMs: performance.now() - startMs, peakMb: peakMemoryMb() };
    writeResults(name, experiment, result, times);
    terminal.out(readFileSync(join(root, 'reports', `${name}.md`), 'utf8'));
  } finally {
    await project.close();
  }
}

async function prepare(
  project: Project,
  experiment: Experiment,
  data: string,
  control: JobControl,
): Promise<void> {
  await project.update((manifest) => ({ ...manifest, settings: experiment.settings }));
  stopOnFailure((await add(project, { paths: [data] }, control)).failures);
  const images = idsOf(project, [...experiment.train, ...experiment.validation]);
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((image) => ({
      ...image,
      included: experiment.train.includes(image.name),
      validation: experiment.validation.includes(image.name),
    })),
  }));
  if (experiment.labels)
    stopOnFailure((await attachLabels(project, { folder: data, images }, control)).failures);
  if (experiment.foreground !== 'none') {
    const choice =
      experiment.foreground === 'candidates'
        ? ({ kind: 'best' } as const)
        : ({ kind: 'labels', folder: data } as const);
    stopOnFailure((await foreground(project, { choice, images }, control)).failures);
  }
  if (experiment.locations !== 'none') {
    const choice =
      experiment.locations === 'difference-of-gaussians'
        ? ({ kind: 'difference-of-gaussians' } as const)
        : ({ kind: 'labels', folder: data } as const);
    stopOnFailure((await locate(project, { choice, images }, control)).failures);
  }
}

function idsOf(project: Project, names: readonly string[]): string[] {
  return names.map((name) => project.image(name).id);
}

function stopOnFailure(failures: readonly Failure[]): void {
  if (failures.length > 0)
    throw new Error(failures.map(({ subject, message }) => `${subject}: ${message}`).join('\n'));
}

/** The largest size of this process so far, as the system counts it. */
function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function writeResults(
  name: string,
  experiment: Experiment,
  result: EvaluateResult,
  times: { trainMs: number; totalMs: number; peakMb: number },
): void {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
  const { precision, field } = result.pooled;
  const at = (threshold: number): number =>
    precision.thresholds.findIndex((t) => Math.abs(t - threshold) < 1e-9);
  const figures: [string, number][] = [
    ['AP50', precision.averagePrecision[at(0.5)]],
    ['AP75', precision.averagePrecision[at(0.75)]],
    ['mAP', precision.meanAveragePrecision],
    ['FNR50', precision.falseNegativeRate[at(0.5)]],
    ['AFNR', precision.averageFalseNegativeRate],
    ['F1 at 0.5', field.f1AtThreshold[0]],
    ['PQ', field.panopticQuality],
    ['AJI', field.aggregatedJaccardIndex],
  ];
  const text = `# ${experiment.title}

Trained on ${experiment.train.join(', ')}; judged on ${experiment.test.join(', ')} (${precision.truthCount} true cells).

| ${figures.map(([figure]) => figure).join(' | ')} |
|${figures.map(() => '---').join('|')}|
| ${figures.map(([, value]) => value.toFixed(3)).join(' | ')} |

Training ${formatDuration(times.trainMs)}, everything ${formatDuration(times.totalMs)}, at most ${times.peakMb} MB.
${experiment.training.steps} steps of \`${experiment.training.preset}\`, seed ${experiment.training.seed}. ${machine}.

\`npm run experiment -- ${name}\`
`;
  mkdirSync(join(root, 'reports'), { recursive: true });
  writeFileSync(
    join(root, 'reports', `${name}.json`),
    JSON.stringify({ experiment, machine, times, result }, null, 2) + '\n',
  );
  writeFileSync(join(root, 'reports', `${name}.md`), text);
}

const [name] = process.argv.slice(2);
if (name === undefined)
  throw new Error('Say which: npm run experiment -- NAME, where test/experiments/NAME.json exists.');
await runExperiment(
  name,
  experimentSchema.parse(JSON.parse(readFileSync(join(here, `${name}.json`), 'utf8'))),
);
