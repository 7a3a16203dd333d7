import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import type { Calibration } from '../../contract/model-card.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { CellSize } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { LacssModel } from '../../model/create-model.ts';
import type { Project } from '../../project/project.ts';
import { fewestStripCells, stripShare } from '../../training/leave-out-strip.ts';
import { measureCalibration } from '../../training/measure-calibration.ts';
import { loadExamples, readingOf } from './load-examples.ts';

/**
 * Share of each training image to leave out, so that the scores can be calibrated on cells that the model did
 * not learn. `undefined` if there are validation images, or too few cells to spare any.
 */
export async function stripToLeaveOut(
  project: Project,
  { training, validation }: { training: readonly ImageEntry[]; validation: readonly ImageEntry[] },
): Promise<number | undefined> {
  if (validation.length > 0) return undefined;
  let cells = 0;
  for (const image of training) {
    const { state } = await project.annotation(image).view();
    cells += state.labels?.count ?? state.locations?.count ?? 0;
  }
  return cells * stripShare >= fewestStripCells ? stripShare : undefined;
}

/**
 * Measures how sure the scores of a trained model are. It uses the validation images, otherwise the strips
 * that were left out, otherwise the training images.
 *
 * @returns `null` for the published method, or if too few cells can be measured. A model needs no
 *   calibration.
 * @throws LacssError `cancelled`
 */
export async function calibrateModel(
  project: Project,
  run: TrainingRun,
  { model, cellSize }: { model: LacssModel; cellSize: CellSize },
  control: JobControl,
): Promise<Calibration | null> {
  // In the published method, the score of a proposal decides.
  if (model.preset.method === 'published') return null;
  const whole = readingOf(run);
  const measure = async (
    images: readonly string[],
    measuredOn: Calibration['measuredOn'],
    strip: number | null,
  ): Promise<Calibration | null> => {
    const examples = await loadExamples(project, project.images(images), whole, control);
    const anySize = run.teaching?.anySize ?? false;
    return measureCalibration(model, { measuredOn, examples, strip }, { ...cellSize, anySize }, control);
  };
  try {
    return (
      (run.validation.length > 0 ? await measure(run.validation, 'validation-images', null) : null) ??
      (run.stripShare === undefined ? null : await measure(run.training, 'strips', run.stripShare)) ??
      (await measure(run.training, 'training-images', null))
    );
  } catch (error) {
    // Hours of training must not be lost because an image is missing or memory runs out.
    if (error instanceof LacssError && error.code !== 'cancelled') return null;
    throw error;
  }
}
