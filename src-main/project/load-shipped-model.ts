import { fileURLToPath } from 'node:url';
import { shippedModel } from '../contract/shipped-model.ts';
import { modelFileEnding } from './model-file.ts';
import type { StoredModel } from './model-file.ts';
import { loadModelFrom } from './model-store.ts';

/** Where it lies, seen from the sources and from the bundle alike. */
export const shippedModelPath = fileURLToPath(
  new URL(`../../resources/models/${shippedModel.id}${modelFileEnding}`, import.meta.url),
);

/**
 * The model that comes with the program.
 * @throws LacssError `file-not-found`, `model-invalid` where the installation is damaged
 */
export function loadShippedModel(): Promise<StoredModel> {
  return loadModelFrom(shippedModelPath);
}
