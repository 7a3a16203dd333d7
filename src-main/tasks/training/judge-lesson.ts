import { float32At, itemAt } from '../../contract/elements.ts';
import type { JobControl } from '../../contract/job.ts';
import type { FloatPlane, LabelImage, Segmentation } from '../../contract/pixels.ts';
import type { ChangedFigures } from '../../contract/teaching.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import { labelImageOf } from '../../imaging/label/cut-labels.ts';
import { instanceLabels } from '../../imaging/label/instance-labels.ts';
import { keepCells } from '../../imaging/label/keep-cells.ts';
import { networkOf } from '../../inference/network-of.ts';
import { compareRegions, judgeRegions, type JudgedRegion } from '../../metrics/region-figures.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { SeededRandom } from '../../model/seeded-random.ts';
import { loadModel } from '../../model/weights.ts';
import { loadRole } from '../../project/load-image.ts';
import type { StoredModel } from '../../project/model-file.ts';
import type { Project } from '../../project/project.ts';
import type { ExampleSource } from '../../training/example-source.ts';
import { squareAt, squaresOf, type Squares } from '../../training/kept-apart.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { segmentPlanes } from '../segmenting/segment-planes.ts';
import type { KeptApart, Lesson } from './open-lesson.ts';

/** An image that measures a lesson. */
interface Judge {
  name: string;
  readPlanes: () => Promise<readonly FloatPlane[]>;
  pixelSizeUm: { y: number; x: number } | null;
  truth: LabelImage;
  /** The cells that count: all, or those in places that a person has judged. */
  among: (found: Segmentation) => Segmentation;
  squares: Squares;
}

/** A lesson, and the images that measure it. */
export interface LessonToJudge {
  lesson: Lesson;
  validation: readonly ExampleSource[];
  parent: StoredModel;
}

/** Figures of a lesson; `null` if no image measures it. */
export interface LessonFigures {
  validation: ChangedFigures | null;
  keptApart: ChangedFigures | null;
}

/**
 * Compares the taught model with its parent, on validation images with outlines and on the corrected cells
 * kept apart.
 *
 * @param taught the model after the lesson
 * @throws LacssError `cancelled`, and what reading an image throws
 */
export async function judgeLesson(
  project: Project,
  run: TrainingRun,
  { lesson, validation, parent }: LessonToJudge,
  taught: LacssModel,
  control: JobControl,
): Promise<LessonFigures> {
  const outlined = await Promise.all(
    validation.map((source, i) =>
      validationJudge(source, project.image(itemAt(run.validation, i)).pixelSizeUm),
    ),
  );
  const groups = {
    validation: outlined.filter((judge) => judge !== null),
    keptApart: lesson.kept.map((kept) => keptJudge(project, run, kept)),
  };
  const before = await loadModel(parent.card, parent.manifest, parent.bytes);
  try {
    const compare = async (judges: readonly Judge[]): Promise<ChangedFigures | null> => {
      if (judges.length === 0) return null;
      const was = await regionsOf(judges, before, parent, control);
      const is = await regionsOf(judges, taught, parent, control);
      const random = new SeededRandom(run.settings.seed, 'regions');
      return compareRegions(was, is, () => random.uniform());
    };
    return { validation: await compare(groups.validation), keptApart: await compare(groups.keptApart) };
  } finally {
    before.dispose();
  }
}

async function regionsOf(
  judges: readonly Judge[],
  model: LacssModel,
  { card }: StoredModel,
  { signal, onProgress }: JobControl,
): Promise<Map<string, JudgedRegion>> {
  const all = new Map<string, JudgedRegion>();
  const quiet = { signal, onProgress: () => undefined };
  for (const [index, { name, readPlanes, pixelSizeUm, truth, among, squares }] of judges.entries()) {
    throwIfCancelled(signal);
    onProgress({ done: index, total: judges.length, message: `Judging on ${name}` });
    const planes = await readPlanes();
    // The taught model has the cell size of its parent.
    const found = await segmentPlanes(
      planes,
      pixelSizeUm,
      { network: networkOf(model.inference), card },
      {},
      quiet,
    );
    const regions = judgeRegions(among({ ...found, labels: labelImageOf(found.labels) }), truth, (y, x) =>
      squareAt(squares, y, x),
    );
    for (const [square, region] of regions) all.set(`${index} ${square}`, region);
  }
  return all;
}

async function validationJudge(
  source: ExampleSource,
  pixelSizeUm: Judge['pixelSizeUm'],
): Promise<Judge | null> {
  const { supervision } = await source.read();
  if (supervision.kind !== 'full' || source.cells.count === 0) return null;
  const { pixels, count } = source.cells;
  return {
    name: source.name,
    readPlanes: async () => (await source.read()).planes,
    pixelSizeUm,
    truth: supervision.labels,
    among: (found) => found,
    squares: squaresOf(Math.sqrt(((4 / Math.PI) * pixels) / count), 0),
  };
}

function keptJudge(project: Project, { channels }: TrainingRun, kept: KeptApart): Judge {
  const { image, labels, rejected, squares } = kept;
  return {
    name: image.name,
    readPlanes: async () => {
      const planes: FloatPlane[] = [];
      for (const role of channels) planes.push(await loadRole(project, image, role));
      return planes;
    },
    pixelSizeUm: image.pixelSizeUm,
    truth: labels,
    among: (found) => cellsIn(found, labels, rejected),
    squares,
  };
}

/**
 * The cells with more than half of their pixels in judged cells. It is unknown whether the others are right.
 */
function cellsIn(found: Segmentation, labels: LabelImage, rejected: LabelImage): Segmentation {
  const inside = new Map<number, number>();
  found.labels.data.forEach((label, i) => {
    if (label !== 0 && (labels.data[i] !== 0 || rejected.data[i] !== 0)) {
      inside.set(label, (inside.get(label) ?? 0) + 1);
    }
  });
  const areas = cellAreas(found.labels);
  const area = new Map([...instanceLabels(found.labels)].map((label, k) => [label, float32At(areas, k)]));
  return keepCells(found, (label) => 2 * (inside.get(label) ?? 0) > area.get(label)!);
}
