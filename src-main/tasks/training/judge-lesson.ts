import { float32At } from '../../contract/elements.ts';
import type { JobControl } from '../../contract/job.ts';
import type { CellLabels, Segmentation } from '../../contract/pixels.ts';
import type { ChannelRoles, ImageEntry } from '../../contract/project-files.ts';
import type { ChangedFigures } from '../../contract/teaching.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import { instanceLabels } from '../../imaging/label/instance-labels.ts';
import { keepCells } from '../../imaging/label/keep-cells.ts';
import { networkOf } from '../../inference/network-of.ts';
import { compareRegions, judgeRegions, type JudgedRegion } from '../../metrics/region-figures.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { SeededRandom } from '../../model/seeded-random.ts';
import { loadModel } from '../../model/weights.ts';
import { loadRole, roleBands } from '../../project/load-image.ts';
import type { StoredModel } from '../../project/model-file.ts';
import type { Project } from '../../project/project.ts';
import { coveredPx } from '../../training/covered-px.ts';
import { squareAt, squaresOf, type Squares } from '../../training/kept-apart.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { segmentPlanes, type UnreadImage } from '../segmenting/segment-planes.ts';
import { knownOutlines } from './load-examples.ts';
import type { KeptApart, Lesson } from './open-lesson.ts';
import { countOutlined } from './read-corrections.ts';

/** An image that measures a lesson. */
interface Judge {
  name: string;
  image: UnreadImage;
  pixelSizeUm: { y: number; x: number } | null;
  truth: CellLabels;
  /** The cells that count: all, or those in places that a person has judged. */
  among: (found: Segmentation<CellLabels>) => Segmentation<CellLabels>;
  squares: Squares;
}

/** A lesson, and the images that measure it. */
export interface LessonToJudge {
  lesson: Lesson;
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
  { lesson, parent }: LessonToJudge,
  taught: LacssModel,
  control: JobControl,
): Promise<LessonFigures> {
  const outlined: (Judge | null)[] = [];
  for (const image of project.images(run.validation))
    outlined.push(await validationJudge(project, run, image, control.signal));
  const groups = {
    validation: outlined.filter((judge) => judge !== null),
    keptApart: lesson.kept.map((kept) => keptJudge(project, run, kept, control.signal)),
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
  for (const [index, { name, image, pixelSizeUm, truth, among, squares }] of judges.entries()) {
    throwIfCancelled(signal);
    onProgress({ done: index, total: judges.length, message: `Judging on ${name}` });
    // The taught model has the cell size of its parent.
    const found = await segmentPlanes(
      image,
      pixelSizeUm,
      { network: networkOf(model.inference), card },
      {},
      quiet,
    );
    const regions = judgeRegions(among(found), truth, (y, x) => squareAt(squares, y, x));
    for (const [square, region] of regions) all.set(`${index} ${square}`, region);
  }
  return all;
}

async function validationJudge(
  project: Project,
  run: TrainingRun,
  image: ImageEntry,
  signal: AbortSignal,
): Promise<Judge | null> {
  throwIfCancelled(signal);
  const truth = run.useLabels ? await knownOutlines(project, image) : null;
  if (truth === null) return null;
  const { pixels, count } = countOutlined(truth);
  if (count === 0) return null;
  return {
    name: image.name,
    image: unreadImage(project, image, run.channels, signal),
    pixelSizeUm: image.pixelSizeUm,
    truth,
    among: (found) => found,
    squares: squaresOf(Math.sqrt(((4 / Math.PI) * pixels) / count), 0),
  };
}

function keptJudge(project: Project, { channels }: TrainingRun, kept: KeptApart, signal: AbortSignal): Judge {
  const { image, labels, squares } = kept;
  return {
    name: image.name,
    image: unreadImage(project, image, channels, signal),
    pixelSizeUm: image.pixelSizeUm,
    truth: labels,
    among: (found) => cellsIn(found, kept),
    squares,
  };
}

function unreadImage(
  project: Project,
  image: ImageEntry,
  channels: readonly (keyof ChannelRoles)[],
  signal: AbortSignal,
): UnreadImage {
  const unread = channels.map((role) => ({
    plane: () => loadRole(project, image, role, { signal }),
    bands: () => roleBands(project, image, role, signal),
  }));
  return { height: image.height, width: image.width, unread };
}

/**
 * The cells with more than half of their pixels in judged cells. It is unknown whether the others are right.
 */
function cellsIn(
  found: Segmentation<CellLabels>,
  judged: Pick<KeptApart, 'labels' | 'rejected'>,
): Segmentation<CellLabels> {
  const inside = coveredPx(found.labels, judged);
  const areas = cellAreas(found.labels);
  const area = new Map([...instanceLabels(found.labels)].map((label, k) => [label, float32At(areas, k)]));
  return keepCells(found, (label) => 2 * (inside.get(label) ?? 0) > area.get(label)!);
}
