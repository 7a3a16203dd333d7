import { includedModelPath } from '../../project/included-model-path.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { loadModelFrom } from '../../project/model-store.ts';
import type { ModelStore } from '../../project/model-store.ts';

/**
 * A model of the project, an included model, or any other model by its path.
 * @throws LacssError `model-invalid`, `file-not-found`, `file-unreadable`
 */
export async function modelToStartFrom(models: ModelStore, idOrPath: string): Promise<StoredModel> {
  if (includedModelPath(idOrPath) !== null) return models.load(idOrPath);
  const { models: usable, damaged } = await models.survey();
  // A damaged model belongs to the project, too. Its error is the right message, not a missing file.
  const known = [...usable.map(({ id, card }) => ({ id, name: card.name })), ...damaged];
  const isKnown = known.some(({ id, name }) => id === idOrPath || name === idOrPath);
  return isKnown ? models.load(idOrPath) : loadModelFrom(idOrPath);
}
