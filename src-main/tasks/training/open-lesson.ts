import type { JobControl } from '../../contract/job.ts';
import type { CellLabels } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { TeachingRecord, TeachingRun } from '../../contract/teaching.ts';
import type { CellSize } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { imageScale } from '../../model/image-scale.ts';
import type { StoredModel } from '../../project/model-file.ts';
import type { Project } from '../../project/project.ts';
import { generateColonyImage } from '../../sample/generate-colony-image.ts';
import { agreedCells } from '../../training/agreed-cells.ts';
import { asExampleSource, type ExampleSource } from '../../training/example-source.ts';
import { keepApart, squaresOf, type DividedReview, type Squares } from '../../training/kept-apart.ts';
import type { ReviewedCells } from '../../training/reviewed-cells.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { loadExamples, readExamples, readingOf, reviewedAnnotation } from './load-examples.ts';
import { meanPixelSize } from './mean-pixel-size.ts';
import { readCorrections } from './read-corrections.ts';

/** Corrected cells of an image that are not learnt, but measure the lesson. */
export interface KeptApart {
  image: ImageEntry;
  labels: CellLabels;
  rejected: CellLabels;
  squares: Squares;
}

/** The examples of a lesson. */
export interface Lesson {
  examples: ExampleSource[];
  rehearsal: { examples: ExampleSource[]; share: number };
  cellSize: CellSize;
  kept: KeptApart[];
  corrected: TeachingRecord['corrected'];
}

/** First seed of generated images that no trained model has seen. */
const firstGeneratedSeed = 4_000_000;

/**
 * Reads the corrected images of a lesson, and the examples that it repeats. The same project gives the same
 * lesson, so that it can be resumed.
 * @throws LacssError as `loadExamples` and `readCorrections`
 */
export async function openLesson(
  project: Project,
  run: TrainingRun & { teaching: TeachingRun },
  parent: StoredModel,
  control: JobControl,
): Promise<Lesson> {
  const { rehearsal } = run.teaching;
  const { cellSize, targetDiameterPx } = parent.card.preprocessing;
  const lesson: Lesson = {
    examples: [],
    rehearsal: { examples: [], share: rehearsal.share },
    cellSize,
    kept: [],
    corrected: [],
  };
  for (const [index, id] of run.training.entries()) {
    throwIfCancelled(control.signal);
    const image = project.image(id);
    control.onProgress({ done: index, total: run.training.length, message: `Reading ${image.name}` });
    const divided = await divideCorrections(project, image, { cellSize, targetDiameterPx });
    if (divided === null) continue;
    const { reviewed, squares, learnt, foreground, kept, record } = divided;
    if (record.keptApart > 0) lesson.kept.push({ image, ...kept, squares });
    lesson.corrected.push(record);

    const annotation = project.annotation(image);
    const packed = await annotation.read('foreground');
    const own = { foreground: packed, locations: await annotation.read('locations') };
    const known = foreground === null ? own : { foreground, locations: null };
    const reading = { channels: run.channels, signal: control.signal };
    lesson.examples.push(...(await readExamples(project, image, reviewedAnnotation(learnt, known), reading)));

    if (!rehearsal.agreement) continue;
    const prediction = await project.prediction(run.teaching.parent.id, image).read();
    if (prediction === null) continue;
    const agreed = agreedCells(prediction.segmentation, reviewed);
    const again = reviewedAnnotation(agreed.reviewed, { foreground: agreed.foreground, locations: null });
    lesson.rehearsal.examples.push(...(await readExamples(project, image, again, reading)));
  }
  const there = project.manifest.images.filter(({ id }) => rehearsal.images.includes(id));
  lesson.rehearsal.examples.push(...(await loadExamples(project, there, readingOf(run), control)));
  for (let k = 0; k < rehearsal.generated; k++) {
    throwIfCancelled(control.signal);
    control.onProgress({ done: k, total: rehearsal.generated, message: 'Generating cells' });
    lesson.rehearsal.examples.push(generatedExample(run, k));
    await new Promise(setImmediate);
  }
  return lesson;
}

/** The corrections in the images of a lesson that was stopped before it was measured. */
export async function correctedIn(
  project: Project,
  images: readonly ImageEntry[],
  sizes: LessonSizes,
): Promise<TeachingRecord['corrected']> {
  const all = await Promise.all(images.map((image) => divideCorrections(project, image, sizes)));
  return all.flatMap((divided) => (divided === null ? [] : [divided.record]));
}

/** What a lesson starts from, keeps and repeats, for the model card. */
export function lineageOf({
  parent,
  fixed,
  rehearsal,
}: TeachingRun): Pick<TeachingRecord, 'parent' | 'fixed' | 'rehearsal'> {
  return {
    parent,
    ...(fixed === undefined ? {} : { fixed }),
    rehearsal: { ...rehearsal, images: rehearsal.images.length },
  };
}

interface LessonSizes {
  cellSize: CellSize;
  targetDiameterPx: number;
}

/** The corrections of an image, those to learn and those kept apart; `null` without any. */
async function divideCorrections(
  project: Project,
  image: ImageEntry,
  { cellSize, targetDiameterPx }: LessonSizes,
): Promise<
  | (DividedReview & {
      reviewed: ReviewedCells;
      squares: Squares;
      record: TeachingRecord['corrected'][number];
    })
  | null
> {
  const corrections = await readCorrections(project, image);
  if (corrections === null) return null;
  const { reviewed, counts } = corrections;
  const diameterPx = targetDiameterPx / imageScale(cellSize, targetDiameterPx, meanPixelSize(image));
  const squares = squaresOf(diameterOf(reviewed.found) ?? diameterPx, shiftOf(image));
  const divided = keepApart(reviewed, squares);
  const sha256 = image.files.map((file) => file.sha256).join('+');
  const record = { name: image.name, sha256, ...counts, keptApart: divided.keptCount };
  return { ...divided, reviewed, squares, record };
}

/** One image of generated cells. Its own cells give its scale. */
function generatedExample({ channels, settings }: TrainingRun, index: number): ExampleSource {
  const colony = generateColonyImage(firstGeneratedSeed + settings.seed * 100 + index);
  const { height, width, labels } = colony;
  const planes = channels.map((role) => ({
    height,
    width,
    data: Float32Array.from(role === 'cells' ? colony.membrane : colony.nuclei),
  }));
  return asExampleSource({
    name: `generated cells ${index + 1}`,
    planes,
    supervision: { kind: 'full', labels },
  });
}

function diameterOf(found: { pixels: number; count: number } | undefined): number | null {
  if (found === undefined || found.count === 0) return null;
  return Math.sqrt(((4 / Math.PI) * found.pixels) / found.count);
}

/** Images keep different squares apart. Each image always has the same ones. */
function shiftOf({ files }: ImageEntry): number {
  return Number.parseInt(files[0]?.sha256.slice(0, 6) ?? '0', 16) % 5;
}
