import type { TrainingPlan } from '../../contract/requests/training-requests.ts';
import type { Project } from '../../project/project.ts';
import { pointCells } from '../../training/spacing-of.ts';
import { foregroundUseOf } from '../../project/foreground-use-of.ts';
import { cellsOfImage } from '../review/shown-cells.ts';
import { planTraining } from './plan-training.ts';
import { correctionsOf, isAllChecked } from './read-corrections.ts';

/** The content of a training, or why it cannot start yet. */
export async function planView(
  project: Project,
  images: readonly string[] | undefined,
): Promise<TrainingPlan> {
  const { training, validation, leftOut } = await planTraining(
    project,
    images === undefined ? {} : { images },
  );
  let locations = 0;
  let foregroundPx = 0;
  const cells = { reviewed: 0, rejected: 0 };
  const isCalibrated = training.every(({ pixelSizeUm }) => pixelSizeUm !== null);
  const referenceUm = isCalibrated ? (training[0]?.pixelSizeUm?.x ?? null) : null;
  const use = foregroundUseOf(project);
  for (const image of training) {
    const annotation = project.annotation(image);
    const { state } = await annotation.view();
    const count = state.locations?.count ?? 0;
    locations += count;
    const perPixel = referenceUm === null ? 1 : ((image.pixelSizeUm?.x ?? referenceUm) / referenceUm) ** 2;
    // As in training, images without cells do not count for the cell size.
    if (count > 0) {
      const known = use === 'none' ? await pixelsOfPoints(annotation) : (state.foreground?.count ?? 0);
      foregroundPx += perPixel * known;
    }
    const { accepted, edited, added, rejected } = correctionsOf(state);
    // If all cells are checked, those that nobody touched are right, too.
    cells.reviewed += isAllChecked(state)
      ? await countShownCells(project, image.id)
      : accepted + edited + added;
    cells.rejected += rejected;
  }
  const cellDiameterPx =
    locations > 0 && foregroundPx > 0 ? 2 * Math.sqrt(foregroundPx / locations / Math.PI) : null;
  return {
    training: training.map(({ id }) => id),
    validation: validation.map(({ id }) => id),
    leftOut: leftOut.map(({ image, reason }) => ({ image, reason })),
    locations,
    ...cells,
    cellDiameterPx,
    obstacle:
      training.length > 0
        ? null
        : {
            code: 'annotation-missing',
            ...(use === 'none'
              ? { message: 'No image has points yet.', remedy: 'Find points first. A few images are enough.' }
              : {
                  message: 'No image has both a foreground and locations yet.',
                  remedy: 'Pick foregrounds and find locations first. A few images are enough to begin.',
                }),
          },
  };
}

/** The number of cells of an image that Review shows, without rejected ones. */
async function countShownCells(project: Project, image: string): Promise<number> {
  const cells = await cellsOfImage(project, image, project.manifest.settings.review);
  return cells?.segmentation.scores.length ?? 0;
}

/** The pixels of all cells of an image, as far as their points tell. */
async function pixelsOfPoints(annotation: ReturnType<Project['annotation']>): Promise<number> {
  const points = await annotation.read('locations');
  return points === null ? 0 : pointCells(points).pixels;
}
