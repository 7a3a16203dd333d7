import { readdir } from 'node:fs/promises';
import type { PredictionRecord } from '../contract/project-files.ts';
import type { PredictionStore } from './prediction-store.ts';
import type { Project } from './project.ts';

/** The latest prediction of an image, by any model. */
export interface LatestPrediction {
  model: string;
  record: PredictionRecord;
  store: PredictionStore;
}

/** The models that have predictions, by id. */
export async function predictingModels(project: Project): Promise<string[]> {
  return readdir(project.path('predictions')).catch(() => []);
}

/**
 * Finds the latest prediction of an image; null if there is none.
 * @param among the models to look at
 * @throws LacssError `file-damaged` if a record cannot be read, because it may be the latest
 */
export async function latestPrediction(
  project: Project,
  imageId: string,
  among?: readonly string[],
): Promise<LatestPrediction | null> {
  const image = project.image(imageId);
  const models = among ?? (await predictingModels(project));
  const found = await Promise.all(
    models.map(async (model) => {
      const store = project.prediction(model, image);
      const record = await store.record();
      return record === null ? null : { model, record, store };
    }),
  );
  return found.reduce(
    (latest, one) => (one !== null && (latest === null || one.record.at > latest.record.at) ? one : latest),
    null,
  );
}
