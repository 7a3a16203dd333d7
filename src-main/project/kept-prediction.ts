import type { KeptPrediction } from './prediction-store.ts';
import type { Project } from './project.ts';
import { latestPrediction } from './latest-prediction.ts';

/**
 * The prediction of a model for an image; without a model the latest, as in Review. `null` if there is none.
 */
export async function keptPrediction(
  project: Project,
  imageId: string,
  model: string | undefined,
): Promise<(KeptPrediction & { model: string }) | null> {
  const name = model ?? (await latestPrediction(project, imageId))?.model;
  if (name === undefined) return null;
  const kept = await project.prediction(name, project.image(imageId)).read();
  return kept === null ? null : { ...kept, model: name };
}
