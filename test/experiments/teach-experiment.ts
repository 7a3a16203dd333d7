import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { JobControl } from '../../src-main/contract/job.ts';
import type { ImageEntry } from '../../src-main/contract/project-files.ts';
import { leastScore } from '../../src-main/contract/is-below-score.ts';
import { baseModel, shippedModel } from '../../src-main/contract/shipped-model.ts';
import { includedModelPath } from '../../src-main/project/included-model-path.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { companionsOf, namedFile, stemOf } from '../../src-main/project/companion-file.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { demoFields, generateFields } from '../../src-main/tasks/demo/demo-images.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { evaluateImages } from '../../src-main/tasks/results/evaluate-images.ts';
import { countStates } from '../../src-main/tasks/review/count-states.ts';
import { foundCells } from '../../src-main/tasks/review/found-cells.ts';
import { unreviewed } from '../../src-main/tasks/review/open-review.ts';
import { segmentProject } from '../../src-main/tasks/segmenting/segment-project.ts';
import { discardLesson } from '../../src-main/tasks/training/discard-lesson.ts';
import { teachModel } from '../../src-main/tasks/training/teach-model.ts';
import { cellAreas } from '../../src-main/imaging/label/cell-areas.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { instanceLabels } from '../../src-main/imaging/label/instance-labels.ts';
import { readableFiles, requireReadable } from '../../build/base/data-use.ts';
import { answered, answersTo, inRandomOrder, listedCells, type Answer } from './answer-cells.ts';

/** What `test/experiments/teach-NAME.json` holds: a simulated person corrects a model's cells. */
export const teachExperimentSchema = z.strictObject({
  title: z.string(),
  /** A folder below the data folder. */
  data: z.string(),
  /** Images that the person corrects, one cell in each in turn. */
  correct: z.array(z.string()).min(1),
  /** Other images of the kind, for evaluation. */
  test: z.array(z.string()).min(1),
  /** The taught model: an included one, or that of an earlier experiment, whose project continues. */
  parent: z.union([z.enum([shippedModel.id, baseModel.id]), z.strictObject({ experiment: z.string() })]),
  /** Images of what the model knew before: from the data folder, or generated. */
  known: z.union([
    z.strictObject({ data: z.string(), images: z.array(z.string()).min(1) }),
    z.strictObject({ generated: z.int().positive() }),
  ]),
  /** Mean cell diameter of the test images, px, given when they are judged. @default estimated */
  testDiameterPx: z.number().positive().exactOptional(),
  /** The same for the known images. @default estimated */
  knownDiameterPx: z.number().positive().exactOptional(),
  corrections: z.array(z.int().positive()),
  steps: z.int().positive(),
});
export type TeachExperiment = z.infer<typeof teachExperimentSchema>;

/** How the simulated person corrects, where it differs from the experiment's file. */
export interface TeachVariant {
  /** Numbers of corrections. `null`: those of the file. */
  cells: readonly number[] | null;
  /** Share of examples learnt earlier. `null`: the program's. */
  share: number | null;
  /** `worst`: the most doubtful cell first. `random`: a random order, the same for each lesson. */
  order: 'worst' | 'random';
  /** `outlines`: no rejections, so only outlines teach. */
  only: 'all' | 'outlines';
}

interface Scores {
  AP50: number;
  AP75: number;
  FNR50: number;
}

/** One lesson and its evaluation. */
export interface TeachRun {
  /** 0: the parent. */
  corrections: number;
  seed: number;
  counts: Record<string, number>;
  keptApart: number;
  test: Scores;
  known: Scores;
  lessonMs: number;
}

interface TeachResults {
  name: string;
  command: string;
  experiment: TeachExperiment;
  runs: TeachRun[];
}

/** Runs what is not yet in `out/NAME.json`. An interrupted experiment continues where it stopped. */
export async function runTeachExperiment(
  { name, command, experiment }: Omit<TeachResults, 'runs'>,
  seeds: readonly number[],
  { data, out }: { data: string; out: string },
  { cells, share, order, only }: TeachVariant,
  control: JobControl,
): Promise<string> {
  const path = join(out, `${name}.json`);
  const runs = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as TeachResults).runs : [];
  const project = await projectOf(name, experiment, { data, out }, control);
  try {
    const parent = await parentOf(project, experiment);
    const judge = judging(project, experiment, { data, out }, control);
    const keep = (run: TeachRun): void => {
      runs.push(run);
      const results: TeachResults = { name, command, experiment, runs };
      writeFileSync(path, JSON.stringify(results, null, 2) + '\n');
      writeFileSync(join(out, `${name}.md`), teachReport(results));
    };
    if (!runs.some(({ corrections }) => corrections === 0)) {
      keep({ corrections: 0, seed: 0, counts: {}, keptApart: 0, lessonMs: 0, ...(await judge(parent)) });
    }
    const images = experiment.correct.map((image) => imageOf(project, image).id);
    await segmentProject(project, { model: parent, images, engine: 'auto' }, control);
    const answers = await answersOf(project, parent, experiment, data, { order, only });
    for (const count of cells ?? experiment.corrections) {
      for (const seed of seeds) {
        if (runs.some((run) => run.corrections === count && run.seed === seed)) continue;
        const counts = await giveAnswers(project, parent, answers, count);
        const startMs = performance.now();
        const { model, teaching } = await teachModel(
          project,
          {
            parent,
            seed,
            engine: 'auto',
            until: { kind: 'steps', steps: experiment.steps },
            ...(share === null ? {} : { rehearsalShare: share }),
          },
          control,
        );
        const lessonMs = performance.now() - startMs;
        const keptApart = teaching!.corrected.reduce((sum, image) => sum + image.keptApart, 0);
        keep({ corrections: count, seed, counts, keptApart, lessonMs, ...(await judge(model)) });
        await discardLesson(project, model);
      }
    }
    return readFileSync(join(out, `${name}.md`), 'utf8');
  } finally {
    await project.close();
  }
}

async function projectOf(
  name: string,
  { data: folder, correct, test, parent, known }: TeachExperiment,
  { data, out }: { data: string; out: string },
  control: JobControl,
): Promise<Project> {
  const home = join(out, name);
  if (!existsSync(home) && typeof parent !== 'string') {
    cpSync(join(out, parent.experiment), home, { recursive: true });
  }
  const project = existsSync(home)
    ? await openProject(home, { purpose: 'npm run experiment', access: 'write' })
    : await createProject(home, 'npm run experiment', name);
  requireReadable([folder], [...correct, ...test]);
  const paths = readableFiles(data, folder);
  if ('generated' in known) {
    const fields = demoFields(join(out, 'generated', 'known'), 9901, known.generated);
    await generateFields(fields, control);
    paths.push(join(out, 'generated', 'known', 'images'));
  } else {
    requireReadable([known.data], known.images);
    paths.push(...readableFiles(data, known.data));
  }
  if (project.manifest.images.some((image) => isNamed(image, correct[0]!))) return project;
  await addImages(project, { paths }, control);
  await project.update((manifest) => ({
    ...manifest,
    // All cells that a model finds count, as in `evaluate`.
    settings: { ...manifest.settings, review: { minScore: 0 } },
    images: manifest.images.map((image) => ({
      ...image,
      included: correct.some((name) => isNamed(image, name)),
      validation: false,
    })),
  }));
  return project;
}

/** By the name of its file, or by its name in the project, which may lack the channel's name. */
function imageOf(project: Project, name: string): ImageEntry {
  return project.manifest.images.find((image) => isNamed(image, name)) ?? project.image(name);
}

function isNamed({ name, files }: ImageEntry, wanted: string): boolean {
  return name === wanted || files.some((file) => stemOf(basename(file.path)) === wanted);
}

async function parentOf(project: Project, { parent }: TeachExperiment): Promise<string> {
  const models = new ModelStore(project.path('models'));
  const known = (await models.list()).filter(({ card }) => card.training?.teaching === undefined);
  if (known.length > 0) return known[0]!.id;
  if (typeof parent === 'string') return models.importFile(includedModelPath(parent)!);
  throw new Error(`${parent.experiment} has no model.`);
}

/** Evaluates a model on other images of the kind, and on images of what its parent knew. */
function judging(
  project: Project,
  { data: folder, test, testDiameterPx, known, knownDiameterPx }: TeachExperiment,
  { data, out }: { data: string; out: string },
  control: JobControl,
): (model: string) => Promise<Pick<TeachRun, 'test' | 'known'>> {
  const scoresOf = async (
    model: string,
    names: readonly string[],
    truth: string,
    diameterPx?: number,
  ): Promise<Scores> => {
    const images = names.map((name) => imageOf(project, name).id);
    await segmentProject(
      project,
      { model, images, engine: 'auto', again: true, ...(diameterPx === undefined ? {} : { diameterPx }) },
      control,
    );
    const { pooled } = await evaluateImages(project, { model, images, truth }, control);
    const { averagePrecision, falseNegativeRate } = pooled.precision;
    return { AP50: averagePrecision[0]!, AP75: averagePrecision[5]!, FNR50: falseNegativeRate[0]! };
  };
  const [names, truth] =
    'generated' in known
      ? [
          demoFields('', 9901, known.generated).map(({ name }) => name),
          join(out, 'generated', 'known', 'truth'),
        ]
      : [known.images, join(data, known.data)];
  return async (model) => ({
    test: await scoresOf(model, test, join(data, folder), testDiameterPx),
    known: await scoresOf(model, names, truth, knownDiameterPx),
  });
}

/** All answers of the person by image, in the order of the person. */
async function answersOf(
  project: Project,
  model: string,
  { data: folder, correct }: TeachExperiment,
  data: string,
  { order, only }: Pick<TeachVariant, 'order' | 'only'>,
): Promise<Map<string, Answer[]>> {
  const all = new Map<string, Answer[]>();
  const companions = await companionsOf(project.manifest.images, join(data, folder), 'labels');
  for (const name of correct) {
    const image = imageOf(project, name);
    const path = companions.path(namedFile(image), 'label image');
    const truth = labelImageOf(await readLabelFile(path));
    const { segmentation, record } = (await project.prediction(model, image).read())!;
    const { scores, locations } = segmentation;
    const labels = labelImageOf(segmentation.labels);
    const ids = [...instanceLabels(labels)];
    const at = new Map(ids.map((id, k) => [id, { y: locations[2 * k]!, x: locations[2 * k + 1]! }]));
    const least = leastScore({ minScore: null }, record.modelMinScore);
    const listed = listedCells(ids, scores, cellAreas(labels), least);
    const isListed = new Set(listed);
    const shown = { ...labels, data: labels.data.map((id) => (isListed.has(id) ? id : 0)) };
    const given = answersTo(shown, truth, at, order === 'random' ? inRandomOrder(listed) : listed);
    all.set(
      image.id,
      only === 'all' ? given : given.filter((answer) => !('state' in answer && answer.state === 'rejected')),
    );
  }
  return all;
}

/** Writes the first answers into the reviews, one image after the other in turn. */
async function giveAnswers(
  project: Project,
  model: string,
  answers: ReadonlyMap<string, readonly Answer[]>,
  count: number,
): Promise<Record<string, number>> {
  const total: Record<string, number> = {};
  const images = [...answers.keys()];
  for (const [index, id] of images.entries()) {
    const own = Math.floor(count / images.length) + (index < count % images.length ? 1 : 0);
    const image = project.image(id);
    const record = (await project.prediction(model, image).record())!;
    const fresh = await reviewOf(project, id, { model, madeAt: record.at });
    const value = answered(fresh, answers.get(id)!.slice(0, own));
    const counts = countStates(value);
    for (const [state, cells] of Object.entries(counts)) total[state] = (total[state] ?? 0) + cells;
    const parameters = { prediction: value.prediction, counts };
    const source = { method: 'review', by: 'person', parameters } as const;
    await project.annotation(image).edit('Answer', { review: { value, source } });
  }
  return total;
}

/** The document of a prediction that nobody has reviewed. */
async function reviewOf(project: Project, image: string, prediction: { model: string; madeAt: string }) {
  const found = await foundCells(project, project.image(image), prediction);
  return unreviewed(found!).document;
}

function teachReport({ command, experiment, runs }: TeachResults): string {
  const row = ({ corrections, seed, counts, keptApart, test, known, lessonMs }: TeachRun): string =>
    `| ${[
      corrections === 0 ? 'before' : String(corrections),
      corrections === 0 ? '' : String(seed),
      ['accepted', 'edited', 'added', 'rejected'].map((state) => counts[state] ?? 0).join(' / '),
      String(keptApart),
      ...[test.AP50, test.AP75, test.FNR50, known.AP50, known.AP75].map((value) => value.toFixed(3)),
      `${Math.round(lessonMs / 1000)} s`,
    ].join(' | ')} |`;
  const sorted = [...runs].sort((a, b) => a.corrections - b.corrections || a.seed - b.seed);
  return `# ${experiment.title}

Corrected ${experiment.correct.join(', ')}; judged on ${experiment.test.join(', ')}. ${experiment.steps} steps per lesson.

| corrections | seed | accepted / edited / added / rejected | kept apart | AP50 | AP75 | FNR50 | AP50 of what it knew | AP75 of what it knew | lesson |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${sorted.map(row).join('\n')}

\`${command}\`
`;
}
