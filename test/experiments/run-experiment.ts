import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ProgressLine } from '../../src-main/cli/progress-line.ts';
import { processTerminal } from '../../src-main/cli/terminal.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { JobControl } from '../../src-main/contract/job.ts';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { defaultTrainingSettings, trainingSettingsSchema } from '../../src-main/contract/training.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { fieldMetrics } from '../../src-main/metrics/field-metrics.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { companionPath, listCompanions } from '../../src-main/project/companion-file.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import type { Project } from '../../src-main/project/project.ts';
import { readBytes } from '../../src-main/project/read-bytes.ts';
import { readLabelImage } from '../../src-main/project/read-label-image.ts';
import { add } from '../../src-main/workers/jobs/add.ts';
import { attachLabels } from '../../src-main/workers/jobs/attach-labels.ts';
import { evaluate } from '../../src-main/workers/jobs/evaluate.ts';
import type { Figures } from '../../src-main/workers/jobs/evaluate.ts';
import { foreground } from '../../src-main/workers/jobs/foreground.ts';
import { locate } from '../../src-main/workers/jobs/locate.ts';
import { segment } from '../../src-main/workers/jobs/segment.ts';
import { train } from '../../src-main/workers/jobs/train.ts';
import { watershedOf } from '../../src-main/workers/jobs/watershed-of.ts';
import { experimentSchema } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import { experimentReport } from './experiment-report.ts';
import type { Run } from './experiment-report.ts';

/**
 * `npm run experiment -- NAME [--seeds 1,2,3]`: runs `test/experiments/NAME.json` on real images through the jobs of the
 * command line, once a seed, and writes `reports/NAME.json` and `reports/NAME.md`.
 */

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

async function runExperiment(name: string, experiment: Experiment, seeds: readonly number[]): Promise<void> {
  const folderOf = (name: string): string => join(root, '..', 'shared', 'data', name);
  const data = folderOf(experiment.data);
  const folders = [data, ...experiment.unlabelledData.map(folderOf)];
  const folder = join(root, 'reports', name);
  rmSync(folder, { recursive: true, force: true });
  const project = await createProject(folder, 'npm run experiment', name);
  const terminal = processTerminal();
  const progress = new ProgressLine(terminal);
  const control: JobControl = {
    signal: new AbortController().signal,
    onProgress: (report) => progress.show(report),
  };
  try {
    await prepare(project, experiment, folders, control);
    const floor = await measureFloor(project, experiment, data);
    const runs: Run[] = [];
    for (const seed of seeds) {
      runs.push(await runOnce(project, experiment, seed, data, control));
      progress.clear();
      // After every seed: what is measured stays measured.
      const report = { name, experiment, commit: commitOf(root), machine: machineName(), floor, runs };
      writeFileSync(join(root, 'reports', `${name}.json`), JSON.stringify(report, null, 2) + '\n');
      writeFileSync(join(root, 'reports', `${name}.md`), experimentReport(report));
    }
    terminal.out(readFileSync(join(root, 'reports', `${name}.md`), 'utf8'));
  } finally {
    await project.close();
  }
}

/** Trains with one seed, segments the test images and judges the result. */
async function runOnce(
  project: Project,
  { training, labels, train: trained, test }: Experiment,
  seed: number,
  data: string,
  control: JobControl,
): Promise<Run> {
  const startMs = performance.now();
  const { model } = await train(
    project,
    {
      preset: training.preset,
      until: { kind: 'steps', steps: training.steps },
      seed,
      engine: 'auto',
      startFrom: null,
      images: idsOf(project, trained),
      useLabels: labels,
      settings: trainingSettingsSchema.parse({ ...defaultTrainingSettings, ...training.settings }),
    },
    control,
  );
  const trainMs = performance.now() - startMs;
  const images = idsOf(project, test);
  stopOnFailure((await segment(project, { model, images, engine: 'auto' }, control)).failures);
  const { pooled } = await evaluate(project, { model, images, truth: data }, control);
  const { card } = await new ModelStore(project.path('models')).load(model);
  return { seed, engine: card.training!.engine, trainMs, peakMb: peakMemoryMb(), figures: pooled };
}

/** What the same annotation of the test images gives without learning; `null` where the protocol annotates nothing. */
async function measureFloor(
  project: Project,
  { foreground: foregrounds, locations, test }: Experiment,
  data: string,
): Promise<Figures | null> {
  if (foregrounds === 'none' || locations === 'none') return null;
  const matches = await Promise.all(
    test.map(async (name) => {
      const labels = await watershedOf(project, project.image(name));
      const path = companionPath(name, data, await listCompanions(data, 'labels'), 'label image');
      const truth = await readLabelImage(await readBytes(path), path);
      return matchInstances(labels, scoresOfOne(labels), truth);
    }),
  );
  return { precision: averagePrecision(matches), field: fieldMetrics(matches) };
}

/** Nothing ranks the cells of a watershed: the same score for all, in the order of their labels. */
function scoresOfOne({ data }: LabelImage): Float32Array {
  return new Float32Array(data.reduce((highest, label) => Math.max(highest, label), 0)).fill(1);
}

async function prepare(
  project: Project,
  experiment: Experiment,
  folders: readonly string[],
  control: JobControl,
): Promise<void> {
  const [data] = folders;
  await project.update((manifest) => ({ ...manifest, settings: experiment.settings }));
  stopOnFailure((await add(project, { paths: folders }, control)).failures);
  // The test images too, for the floor; no training sees what is made of them.
  const images = idsOf(project, [...experiment.train, ...experiment.validation, ...experiment.test]);
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((image) => ({
      ...image,
      included: experiment.train.includes(image.name),
      validation: experiment.validation.includes(image.name),
    })),
  }));
  if (experiment.labels) {
    const outlined = idsOf(project, [...experiment.train, ...experiment.validation]);
    stopOnFailure((await attachLabels(project, { folder: data, images: outlined }, control)).failures);
  }
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

function machineName(): string {
  return `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
}

/** The commit the working tree stands on, with a mark where files differ from it. */
function commitOf(folder: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src-main') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string' } } });
const [name] = positionals;
if (name === undefined)
  throw new Error(
    'Say which: npm run experiment -- NAME [--seeds 1,2,3], where test/experiments/NAME.json exists.',
  );
const experiment = experimentSchema.parse(JSON.parse(readFileSync(join(here, `${name}.json`), 'utf8')));
const seeds = values.seeds?.split(',').map((seed) => z.coerce.number().int().min(0).parse(seed));
await runExperiment(name, experiment, seeds ?? [experiment.training.seed]);
