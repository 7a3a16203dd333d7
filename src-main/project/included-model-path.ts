import { fileURLToPath } from 'node:url';
import { baseModel, shippedModel } from '../contract/shipped-model.ts';
import { modelFileEnding } from './model-file.ts';

/** Relative to the sources and to the bundle. */
const pathOf = (id: string): string =>
  fileURLToPath(new URL(`../../resources/models/${id}${modelFileEnding}`, import.meta.url));

/** The path of the model that trainings start from by default. */
export const shippedModelPath = pathOf(shippedModel.id);

/** The path of the model that finds cells of many kinds without a training. */
export const baseModelPath = pathOf(baseModel.id);

/** The path of an included model; `null` for another id. */
export function includedModelPath(id: string): string | null {
  if (id === shippedModel.id) return shippedModelPath;
  return id === baseModel.id ? baseModelPath : null;
}
