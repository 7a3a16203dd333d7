import { fileURLToPath } from 'node:url';
import { baseModel, shippedModel } from '../contract/shipped-model.ts';
import { modelFileEnding } from './model-file.ts';
import type { StoredModel } from './model-file.ts';
import { loadModelFrom } from './model-store.ts';

/** The path of an included model, relative to the sources and to the bundle. */
const pathOf = (id: string): string =>
  fileURLToPath(new URL(`../../resources/models/${id}${modelFileEnding}`, import.meta.url));

/** The path of the model that trainings start from by default. */
export const shippedModelPath = pathOf(shippedModel.id);

/**
 * The model included with the program.
 * @throws LacssError `file-not-found`, `model-invalid` if the installation is damaged
 */
export function loadShippedModel(): Promise<StoredModel> {
  return loadModelFrom(shippedModelPath);
}

/**
 * The included model that finds cells of many kinds without a training.
 * @throws LacssError `file-not-found`, `model-invalid` if the installation is damaged
 */
export function loadBaseModel(): Promise<StoredModel> {
  return loadModelFrom(pathOf(baseModel.id));
}
