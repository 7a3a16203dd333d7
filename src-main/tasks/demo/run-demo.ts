import { defaultPreset, presetNames } from '../../contract/choices.ts';
import type { PresetName, EngineChoice } from '../../contract/choices.ts';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { countSchema, durationMsSchema, positiveCountSchema } from '../../contract/numbers.ts';
import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import { labelImageOf } from '../../imaging/label/cut-labels.ts';
import { matchInstances } from '../../metrics/match-instances.ts';
import { createProject } from '../../project/create-project.ts';
import { openProject } from '../../project/open-project.ts';
import { manifestName } from '../../project/manifest-name.ts';
import type { Project } from '../../project/project.ts';
import { jsonText, parseJson, readJson } from '../../project/read-json.ts';
import { readLabelFile } from '../../project/read-label-image.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { addImages } from '../images/add-images.ts';
import { demoFields, generateFields } from './demo-images.ts';
import type { DemoField } from './demo-images.ts';
import { writeDemoReport } from './demo-report.ts';
import type { DemoResult, JudgedWatershed } from './demo-report.ts';
import { evaluateImages, figuresOf } from '../results/evaluate-images.ts';
import { makeForegrounds } from '../foreground/make-foregrounds.ts';
import { locateCells } from '../locations/locate-cells.ts';
import { segmentProject } from '../segmenting/segment-project.ts';
import { stagedProgress } from '../staged-progress.ts';
import { trainOnProject } from '../training/train-on-project.ts';
import { watershedOf } from './watershed-of.ts';
import { pathExists } from '../../project/path-exists.ts';

export interface DemoParams {
  /** The folder of images, truth, project and report. */
  folder: string;
  /** Decides the images and the training. @default 1 */
  seed?: number;
  /** Steps of training. @default 1200 */
  steps?: number;
  /** The network. @default `defaultPreset` */
  preset?: PresetName;
  /** Numbers of training images and of held-out images. @default 8 and 4 */
  fields?: { training: number; heldOut: number };
  engine: EngineChoice;
  /** Start from the beginning even if the folder has a demo. @default false */
  again?: boolean;
}

/** The settings of the demo in a folder, so that two demos are never mixed. */
const stateSchema = z.strictObject({
  format: z.literal('lacss-demo'),
  seed: countSchema,
  steps: countSchema,
  preset: z.enum(presetNames),
  fields: z.strictObject({ training: positiveCountSchema, heldOut: positiveCountSchema }),
  /** Seconds per stage, including those before an interruption. */
  seconds: z.record(z.string(), durationMsSchema),
});
type DemoState = z.infer<typeof stateSchema>;
type DemoSettings = Omit<DemoState, 'seconds'>;
const stateName = 'demo.json';

/** Approximate seconds per stage on two cores. */
const stages = [
  { name: 'Making sample images', weight: 15 },
  { name: 'Adding images', weight: 3 },
  { name: 'Foreground', weight: 12 },
  { name: 'Locations', weight: 5 },
  { name: 'Training', weight: 330 },
  { name: 'Segmenting', weight: 15 },
  { name: 'Evaluation', weight: 5 },
];

/**
 * Runs all steps on generated images. It makes them, annotates them by machine, and trains without a single
 * true outline. Then it segments and evaluates images that the training has not seen, and writes a report.
 * After an interruption it continues where it stopped.
 * @throws LacssError `project-exists` if the folder has another demo; what the jobs throw
 */
export async function runDemo(
  {
    folder,
    seed = 1,
    steps = 1200,
    preset = defaultPreset,
    fields: counts = { training: 8, heldOut: 4 },
    engine,
    again = false,
  }: DemoParams,
  control: JobControl,
): Promise<DemoResult> {
  const root = resolve(folder);
  const wanted: DemoSettings = { format: 'lacss-demo', seed, steps, preset, fields: counts };
  if (again) await removeDemo(root);
  const state = await startOrGoOn(root, wanted);
  const fields = demoFields(root, seed, counts.training + counts.heldOut);
  const controls = stagedProgress(stages, control);
  const timed = async <T>(stage: number, work: (control: JobControl) => Promise<T>): Promise<T> => {
    const startMs = performance.now();
    try {
      return await work(itemAt(controls, stage));
    } finally {
      const { name } = itemAt(stages, stage);
      state.seconds[name] = (state.seconds[name] ?? 0) + (performance.now() - startMs) / 1000;
      await writeFileAtomically(join(root, stateName), jsonText(state));
    }
  };

  await timed(0, (stage) => generateFields(fields, stage));
  const project = await openOrCreate(join(root, 'project'));
  try {
    await timed(1, (stage) => addFields(project, root, fields.slice(counts.training), stage));
    const heldOut = project.manifest.images.filter(({ included }) => !included);
    await timed(2, (stage) => makeForegrounds(project, { choice: { kind: 'best' } }, stage));
    await timed(3, (stage) => locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, stage));
    const trained = await timed(4, (stage) => trainOnce(project, { seed, steps, preset, engine }, stage));
    const images = heldOut.map(({ id }) => id);
    await timed(5, (stage) => segmentProject(project, { model: trained.model, images, engine }, stage));
    const judged = await timed(6, async (stage) => ({
      model: await evaluateImages(project, { model: trained.model, images, truth: join(root, 'truth') }, stage),
      watershed: await judgeWatershed(project, heldOut, fields),
    }));
    const elapsedMs = 1000 * Object.values(state.seconds).reduce((sum, seconds) => sum + seconds, 0);
    const result: DemoResult = {
      report: join(root, 'report.html'),
      model: trained.model,
      heldOut: { images: heldOut.length, cells: judged.model.pooled.precision.truthCount },
      figures: {
        model: judged.model.pooled,
        watershed: figuresOf(judged.watershed.map(({ match }) => match)),
      },
      elapsedMs,
      peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    };
    await writeDemoReport(project, { result, seconds: state.seconds, fields, watershed: judged.watershed });
    await writeFileAtomically(join(root, 'report.json'), jsonText(result));
    return result;
  } catch (error) {
    throw sayHowToGoOn(error);
  } finally {
    await project.close();
  }
}

/** Replaces the remedy of a single stage, because the demo finds out itself where it stopped. */
function sayHowToGoOn(error: unknown): unknown {
  if (!(error instanceof LacssError) || error.code !== 'cancelled') return error;
  return new LacssError('cancelled', error.message, { remedy: 'Run the same command again to continue.', cause: error });
}

/** Removes the files of an earlier demo, and nothing else in the folder. */
async function removeDemo(root: string): Promise<void> {
  for (const name of ['report.html', 'report.json', 'project', 'images', 'truth', stateName]) {
    await rm(join(root, name), { recursive: true, force: true });
  }
}

async function startOrGoOn(root: string, wanted: DemoSettings): Promise<DemoState> {
  const path = join(root, stateName);
  if (!(await pathExists(path))) {
    const state = { ...wanted, seconds: {} };
    await writeFileAtomically(path, jsonText(state));
    return state;
  }
  const state = parseJson(await readJson(path, 'project-damaged'), stateSchema, path, 'project-damaged');
  const { seconds, ...settings } = state;
  if (isDeepStrictEqual(settings, wanted)) return { ...settings, seconds };
  throw new LacssError(
    'project-exists',
    `${root} contains a demo with other settings (seed ${state.seed}, ${state.steps} steps).`,
    {
      subject: path,
      remedy: 'Choose another folder, or start from the beginning with --again.',
    },
  );
}

async function openOrCreate(folder: string): Promise<Project> {
  const isThere = await pathExists(join(folder, manifestName));
  return isThere
    ? openProject(folder, { purpose: 'lacss demo' })
    : createProject(folder, 'lacss demo', 'Demo colonies');
}

/** Adds the images. The last ones are not for training. */
async function addFields(
  project: Project,
  root: string,
  heldOutFields: readonly DemoField[],
  control: JobControl,
): Promise<void> {
  await addImages(project, { paths: [join(root, 'images')] }, control);
  const heldOut = new Set(heldOutFields.map(({ name }) => name));
  await project.update((manifest) => ({
    ...manifest,
    images: manifest.images.map((image) => ({ ...image, included: !heldOut.has(image.name) })),
  }));
}

/** Trains the demo's model, resumes an interrupted training, or takes the finished model. */
async function trainOnce(
  project: Project,
  { seed, steps, preset, engine }: { seed: number; steps: number; preset: PresetName; engine: EngineChoice },
  control: JobControl,
): Promise<{ model: string }> {
  const models = project.models;
  const [made] = await models.list();
  if (made !== undefined) return { model: made.id };
  const [interrupted] = await models.unfinished();
  return trainOnProject(
    project,
    {
      preset,
      until: { kind: 'steps', steps },
      seed,
      engine,
      startFrom: null,
      useLabels: false,
      ...(interrupted === undefined ? {} : { resume: interrupted }),
    },
    control,
  );
}

/** The watershed of each held-out image, matched with the truth. */
async function judgeWatershed(
  project: Project,
  heldOut: readonly ImageEntry[],
  fields: readonly DemoField[],
): Promise<JudgedWatershed[]> {
  const judged: JudgedWatershed[] = [];
  for (const image of heldOut) {
    const labels = await watershedOf(project, image);
    const field = fields.find(({ name }) => name === image.name)!;
    const truth = labelImageOf(await readLabelFile(field.truthPath));
    // A watershed has no scores. With equal ones, cells are ranked in reading order.
    const scores = cellAreas(labels).fill(1);
    judged.push({ image, labels, truth, match: matchInstances(labels, scores, truth) });
  }
  return judged;
}
