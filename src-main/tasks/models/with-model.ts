import type { EngineChoice } from '../../contract/choices.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import { openEngine } from '../../engine/open-engine.ts';
import type { Engine } from '../../engine/open-engine.ts';
import { checkNetwork } from '../../inference/check-network.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { loadModel } from '../../model/weights.ts';
import type { StoredModel } from '../../project/model-file.ts';

/** A model on an open engine. */
export interface LoadedModel {
  model: LacssModel;
  card: ModelCard;
}

/** The weights that this process has checked, by engine and SHA-256. */
const checked = new Set<string>();

/**
 * Checks once per process and engine that a model computes usable numbers.
 * @throws LacssError `model-invalid`
 */
export async function requireSound(model: LacssModel, card: ModelCard, { name }: Engine): Promise<void> {
  const key = `${name} ${card.weights.sha256}`;
  if (checked.has(key)) return;
  await checkNetwork(model.inference, card.name);
  checked.add(key);
}

/**
 * Opens an engine with a model for one piece of work. It always frees both.
 * @throws LacssError `engine-unavailable`, `model-invalid`
 */
export async function withModel<T>(
  { card, manifest, bytes }: StoredModel,
  engineChoice: EngineChoice,
  work: (loaded: LoadedModel, engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await openEngine(engineChoice);
  try {
    const model = await loadModel(card, manifest, bytes);
    try {
      await requireSound(model, card, engine);
      return await work({ model, card }, engine);
    } finally {
      model.dispose();
    }
  } finally {
    engine.close();
  }
}
