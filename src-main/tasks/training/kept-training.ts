import type { TrainingPreview } from '../../contract/requests/training-requests.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { Project } from '../../project/project.ts';
import { readTrainingLog } from './training-log.ts';
import { listPreviews, readPreview } from './training-previews.ts';

/** The saved reports of a training: steps, epochs, and epochs with a preview. */
export interface KeptTraining {
  steps: StepReport[];
  epochs: EpochReport[];
  previews: number[];
}

/** Reads the saved reports of a training. @throws LacssError `name-invalid` */
export async function readKeptTraining(project: Project, model: string): Promise<KeptTraining> {
  const folder = project.models.path(model);
  return { ...(await readTrainingLog(folder)), previews: await listPreviews(folder) };
}

/** The saved preview of an epoch; `null` if it is missing or damaged. */
export async function readKeptPreview(
  project: Project,
  model: string,
  epoch: number,
): Promise<TrainingPreview | null> {
  return readPreview(project.models.path(model), epoch);
}

/** The last interrupted training of a project; `null` if there is none. */
export async function findInterruptedTraining(
  project: Project,
): Promise<{ model: string; run: TrainingRun } | null> {
  const models = project.models;
  if ((await models.unfinished()).length === 0) return null;
  const model = await models.findResumable('newest');
  return { model, run: await models.readRun(model) };
}
