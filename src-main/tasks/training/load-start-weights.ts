import { LacssError } from '../../contract/errors.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { Engine } from '../../engine/open-engine.ts';
import type { LacssModel } from '../../model/create-model.ts';
import { presetOf } from '../../model/presets.ts';
import { adoptWeights } from '../../model/weights.ts';
import type { ModelStore } from '../../project/model-store.ts';
import { requireSound } from '../models/with-model.ts';
import { modelToStartFrom } from './model-to-start-from.ts';

/**
 * Copies the weights of the model that the training starts from. From scratch, it does nothing.
 * @throws LacssError `setting-invalid` if that model has another architecture; `model-invalid`
 */
export async function loadStartWeights(
  model: LacssModel,
  models: ModelStore,
  { startedFrom, preset, variant, channels }: TrainingRun,
  engine: Engine,
): Promise<void> {
  if (startedFrom === null) return;
  const parent = await modelToStartFrom(models, startedFrom);
  const { card } = parent;
  if (card.preset !== preset || card.inputChannels.length !== channels.length) {
    throw new LacssError(
      'setting-invalid',
      `${card.name} is a ${card.preset} model of ${card.inputChannels.length} channels; the new one is ${preset} of ${channels.length}.`,
      { subject: startedFrom, remedy: `Choose --preset ${card.preset} and the same channels.` },
    );
  }
  const [own, wanted] = [presetOf(card.preset, card.variant), presetOf(preset, variant)];
  if (own.patchPx !== wanted.patchPx || own.locations.stride !== wanted.locations.stride) {
    const has = `a patch of ${own.patchPx} px and a stride of ${own.locations.stride}`;
    throw new LacssError('setting-invalid', `${card.name} has ${has}; the new model has others.`, {
      subject: startedFrom,
      remedy: `Choose --patch ${own.patchPx} --location-stride ${own.locations.stride}, or --from-scratch.`,
    });
  }
  await adoptWeights(model, parent);
  await requireSound(model, card, engine);
}
