import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ProgressLine } from '../../src-main/cli/progress-line.ts';
import { processTerminal } from '../../src-main/cli/terminal.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { JobControl } from '../../src-main/contract/job.ts';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { fieldMetrics } from '../../src-main/metrics/field-metrics.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { cellAreas } from '../../src-main/imaging/label/cell-areas.ts';
import { companionsOf, namedFile } from '../../src-main/project/companion-file.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import type { Project } from '../../src-main/project/project.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { attachLabels } from '../../src-main/tasks/images/attach-labels.ts';
import { demoFields, generateFields } from '../../src-main/tasks/demo/demo-images.ts';
import { evaluateImages } from '../../src-main/tasks/results/evaluate-images.ts';
import type { EvaluationReports } from '../../src-main/tasks/results/evaluate-images.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { segmentProject } from '../../src-main/tasks/segmenting/segment-project.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { watershedOf } from '../../src-main/tasks/demo/watershed-of.ts';
import { readableFiles } from '../../build/base/data-use.ts';
import { requireReadableExperiment } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import { settingsWith, variantOf } from './experiment-variant.ts';
import { experimentReport } from './experiment-report.ts';
import { runTeachExperiment, teachExperimentSchema } from './teach-experiment.ts';
import type { ExperimentResults, Run } from './results.ts';
import { preparedImages } from './sets/prepared-images.ts';

/**
 * `npm run experiment -- NAME [--seeds 1,2,3] [--data FOLDER] [--out FOLDER] [--minutes N]`: runs
 * `test/experiments/NAME.json` through the jobs of the command line, once per seed. It writes `NAME.json` and
 * `NAME.md` into the results folder, beside the project. By default real images are in `../shared/data` and
 * results in `reports`. A training takes at most `--minutes`, with a shorter schedule; the results contain
 * the number of its steps.
 *
 * `--settings '{"augmentation":{"noise":0.2}}'`, `--steps N`, `--start-from MODEL`, `--views 4`, `--method
 * published` and `--line SkBr3` make a variant, which needs its own name: `--as NAME`. So does `--leave-out
 * HeLa_1`: that image judges, and the others train.
 */

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

/** Folders of a run. */
interface Places {
  /** The folder that holds the folders of real images. */
  data: string;
  /** Folder of the results. */
  out: string;
}

/** Differences from the experiment in its file. */
interface Limits {
  /** Of one training. */
  minutes: number | null;
}

async function runExperiment(
  { name, command, experiment: asked }: Pick<ExperimentResults, 'name' | 'command' | 'experiment'>,
  seeds: readonly number[],
  places: Places,
  limits: Limits,
): Promise<void> {
  const folder = join(places.out, name);
  rmSync(folder, { recursive: true, force: true });
  const project = await createProject(folder, 'npm run experiment', name);
  const terminal = processTerminal();
  const progress = new ProgressLine(terminal);
  const control: JobControl = {
    signal: new AbortController().signal,
    onProgress: (report) => progress.show(report),
  };
  try {
    const { experiment, files, truths } = await findImages(asked, places, control);
    const [truth] = truths;
    await prepare(project, experiment, { files, truths }, control);
    const floor = await measureFloor(project, experiment, truth);
    const runs: Run[] = [];
    for (const seed of seeds) {
      runs.push(await runOnce(project, experiment, { seed, ...limits }, truth, control));
      progress.clear();
      // Written after every seed, so that an interruption loses nothing.
      const results: ExperimentResults = { name, command, experiment: asked, floor, runs };
      writeFileSync(join(places.out, `${name}.json`), JSON.stringify(results, null, 2) + '\n');
      writeFileSync(join(places.out, `${name}.md`), experimentReport(results));
    }
    terminal.out(readFileSync(join(places.out, `${name}.md`), 'utf8'));
  } finally {
    await project.close();
  }
}

/**
 * The experiment with the names of its images, generated ones too. Also the files to add, and the folders of
 * the true labels, those of the test images first.
 */
async function findImages(
  experiment: Experiment,
  { data: parent, out }: Places,
  control: JobControl,
): Promise<{ experiment: Experiment; files: string[]; truths: [string, ...string[]] }> {
  const { data, labelledData, unlabelledData } = experiment;
  if (typeof data !== 'string' && 'prepared' in data) {
    const { images, files, truth } = preparedImages(join(parent, data.prepared));
    return { experiment: { ...experiment, ...images }, files, truths: truth };
  }
  if (typeof data === 'string') {
    requireReadableExperiment(experiment);
    const inData = (name: string): string => join(parent, name);
    const truths: [string, ...string[]] = [inData(data), ...labelledData.map(inData)];
    const files = [data, ...labelledData, ...unlabelledData].flatMap((set) => readableFiles(parent, set));
    return { experiment, files, truths };
  }
  // Outside the project, because every seed and every experiment shares the same images.
  const generated = join(out, 'generated', `${data.generated}-${data.seed}`);
  const fields = demoFields(generated, data.seed, data.training + data.heldOut);
  await generateFields(fields, control);
  const names = fields.map(({ name }) => name);
  return {
    experiment: { ...experiment, train: names.slice(0, data.training), test: names.slice(data.training) },
    files: [join(generated, 'images')],
    truths: [join(generated, 'truth')],
  };
}

/** Trains with one seed, segments the test images and judges the result. */
async function runOnce(
  project: Project,
  { training, segmenting, testDiameterPx, labels, foreground, train: trained, test }: Experiment,
  { seed, minutes }: Limits & { seed: number },
  truth: string,
  control: JobControl,
): Promise<Run> {
  const startMs = performance.now();
  const { model, steps } = await trainOnProject(
    project,
    {
      preset: training.preset,
      until: { kind: 'steps', steps: training.steps },
      seed,
      engine: 'auto',
      startFrom: training.startFrom,
      images: idsOf(project, trained),
      useLabels: labels,
      // Without outlines there are only points to learn from.
      foreground: foreground === 'none' && !labels ? 'none' : 'picked',
      ...(training.variant === undefined ? {} : { variant: training.variant }),
      settings: { ...settingsWith(training.settings, training.variant?.method), minutes },
    },
    control,
  );
  const trainMs = performance.now() - startMs;
  const images = idsOf(project, test);
  const asked = {
    model,
    images,
    engine: 'auto' as const,
    settings: segmenting ?? {},
    ...(testDiameterPx === undefined ? {} : { diameterPx: testDiameterPx }),
  };
  stopOnFailure((await segmentProject(project, asked, control)).failures);
  const { pooled } = await evaluateImages(project, { model, images, truth }, control);
  const { card } = await new ModelStore(project.path('models')).load(model);
  return {
    seed,
    commit: commitOf(root),
    machine: machineName(),
    engine: card.training!.engine,
    steps,
    trainMs,
    peakMb: peakMemoryMb(),
    figures: pooled,
  };
}

/**
 * The result of the same annotation of the test images without learning; `null` if the protocol annotates
 * nothing.
 */
async function measureFloor(
  project: Project,
  { foreground: foregrounds, locations, test }: Experiment,
  folder: string,
): Promise<EvaluationReports | null> {
  if (foregrounds === 'none' || locations === 'none') return null;
  const matches = await Promise.all(
    test.map(async (name) => {
      const labels = await watershedOf(project, project.image(name));
      const path = (await companionsOf(project.manifest.images, folder, 'labels')).path(
        namedFile(project.image(name)),
        'label image',
      );
      const truth = await readLabelFile(path);
      return matchInstances(labels, scoresOfOne(labels), truth);
    }),
  );
  return { precision: averagePrecision(matches), field: fieldMetrics(matches) };
}

/** A watershed has no ranking: all cells get the same score, in reading order. */
function scoresOfOne(labels: LabelImage): Float32Array {
  return cellAreas(labels).fill(1);
}

async function prepare(
  project: Project,
  experiment: Experiment,
  { files, truths }: { files: readonly string[]; truths: readonly string[] },
  control: JobControl,
): Promise<void> {
  await project.update((manifest) => ({
    ...manifest,
    settings: { ...manifest.settings, ...experiment.settings },
  }));
  stopOnFailure((await addImages(project, { paths: files }, control)).failures);
  // Also for the test images, as the lower limit. No training reads their annotation.
  const images = idsOf(project, [...experiment.train, ...experiment.validation, ...experiment.test]);
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((image) => ({
      ...image,
      included: experiment.train.includes(image.name),
      validation: experiment.validation.includes(image.name),
    })),
  }));
  const outlined = experiment.labels ? idsOf(project, [...experiment.train, ...experiment.validation]) : [];
  for (const { folder, images: labelled } of await byTruth(project, outlined, truths)) {
    stopOnFailure((await attachLabels(project, { folder, images: labelled }, control)).failures);
  }
  if (experiment.foreground === 'candidates') {
    stopOnFailure((await makeForegrounds(project, { choice: { kind: 'best' }, images }, control)).failures);
  }
  if (experiment.locations === 'difference-of-gaussians') {
    const choice = { kind: 'difference-of-gaussians' } as const;
    stopOnFailure((await locateCells(project, { choice, images }, control)).failures);
  }
  for (const { folder, images: labelled } of await byTruth(project, images, truths)) {
    const given = { choice: { kind: 'labels', folder } as const, images: labelled };
    if (experiment.foreground === 'union-of-labels') {
      stopOnFailure((await makeForegrounds(project, given, control)).failures);
    }
    if (experiment.locations === 'centres-of-labels') {
      stopOnFailure((await locateCells(project, given, control)).failures);
    }
  }
}

/**
 * The images that have a label image in each of these folders. An image without any stays with the first, so
 * that it is reported.
 */
async function byTruth(
  project: Project,
  images: readonly string[],
  truths: readonly string[],
): Promise<{ folder: string; images: string[] }[]> {
  const groups = truths.map((folder) => ({ folder, images: [] as string[] }));
  const files = await Promise.all(
    truths.map((folder) => companionsOf(project.manifest.images, folder, 'labels')),
  );
  for (const image of project.images(images)) {
    const place = files.findIndex((each) => each.find(namedFile(image)) !== null);
    groups[Math.max(0, place)]!.images.push(image.id);
  }
  return groups.filter(({ images: some }) => some.length > 0);
}

function idsOf(project: Project, names: readonly string[]): string[] {
  return names.map((name) => project.image(name).id);
}

function stopOnFailure(failures: readonly Failure[]): void {
  if (failures.length > 0)
    throw new Error(failures.map(({ subject, message }) => `${subject}: ${message}`).join('\n'));
}

/** Peak memory of this process so far, as the system counts it. */
function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function machineName(): string {
  return `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
}

/** The commit of the working tree, with a mark if files differ from it. */
function commitOf(folder: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src-main') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    data: { type: 'string', default: join(root, '..', 'shared', 'data') },
    out: { type: 'string', default: join(root, 'reports') },
    minutes: { type: 'string' },
    as: { type: 'string' },
    settings: { type: 'string' },
    steps: { type: 'string' },
    'start-from': { type: 'string' },
    views: { type: 'string' },
    method: { type: 'string' },
    line: { type: 'string' },
    'leave-out': { type: 'string' },
    cells: { type: 'string' },
    rehearsal: { type: 'string' },
    order: { type: 'string', default: 'worst' },
    only: { type: 'string', default: 'all' },
  },
});
const [name] = positionals;
if (name === undefined)
  throw new Error(
    'Say which: npm run experiment -- NAME [--seeds 1,2,3], where test/experiments/NAME.json exists.',
  );
const seeds = values.seeds?.split(',').map((seed) => z.coerce.number().int().min(0).parse(seed));
const places = { data: resolve(values.data), out: resolve(values.out) };
if (name.startsWith('teach-')) await teachWith(name);
else await trainWith(name);

/**
 * An experiment of corrections: `--cells 25` sets the numbers of corrections, `--rehearsal 0.5` the share of
 * earlier examples, `--order random` the order of the corrections. `--only outlines` leaves out rejections.
 */
async function teachWith(name: string): Promise<void> {
  const text = readFileSync(join(here, `${name}.json`), 'utf8');
  const parsed = teachExperimentSchema.parse(JSON.parse(text));
  const { steps, rehearsal, cells, order, only, as = name } = values;
  const experiment = { ...parsed, ...(steps === undefined ? {} : { steps: Number(steps) }) };
  const terminal = processTerminal();
  const progress = new ProgressLine(terminal);
  const control: JobControl = {
    signal: new AbortController().signal,
    onProgress: (report) => progress.show(report),
  };
  const options = {
    cells: cells?.split(',').map(Number) ?? null,
    share: rehearsal === undefined ? null : Number(rehearsal),
    order: z.enum(['worst', 'random']).parse(order),
    only: z.enum(['all', 'outlines']).parse(only),
  };
  const command = ['npm run experiment --', ...process.argv.slice(2)].join(' ');
  const report = await runTeachExperiment(
    { name: as, command, experiment },
    seeds ?? [1],
    places,
    options,
    control,
  );
  progress.clear();
  terminal.out(report);
}

async function trainWith(name: string): Promise<void> {
  const asked = variantOf(name, values);
  const minutes = values.minutes === undefined ? null : z.coerce.number().positive().parse(values.minutes);
  await runExperiment(asked, seeds ?? [asked.experiment.training.seed], places, { minutes });
}
