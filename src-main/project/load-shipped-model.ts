import { fileURLToPath } from 'node:url';
import { shippedModel } from '../contract/shipped-model.ts';
import { modelFileEnding } from './model-file.ts';
import type { StoredModel } from './model-file.ts';
import { loadModelFrom } from './model-store.ts';

/** Its path, relative to the sources and to the bundle. */
export const shippedModelPath = fileURLToPath(
  new URL(`../../resources/models/${shippedModel.id}${modelFileEnding}`, import.meta.url),
);

/**
 * The model included with the program.
 * @throws LacssError `file-not-found`, `model-invalid` if the installation is damaged
 */
export function loadShippedModel(): Promise<StoredModel> {
  return loadModelFrom(shippedModelPath);
}
