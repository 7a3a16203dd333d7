import type { KeptPrediction } from './prediction-store.ts';
import type { Project } from './project.ts';
import { latestPrediction } from './latest-prediction.ts';

/** What a model has found in an image; without a name, whichever was used last, as Review shows it. `null` where nothing is kept. */
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
