import type { ModelSummary } from '../../../src-main/contract/requests/model-requests.ts';
import { defaultTrainingSettings } from '../../../src-main/contract/training.ts';

/**
 * The expected time of a training, from the newest model of its preset with a known time per step.
 * @param models newest first
 */
export function expectedTime(
  models: readonly Pick<ModelSummary, 'name' | 'preset' | 'msPerStep'>[],
  preset: ModelSummary['preset'],
  epochs: number,
): { seconds: number; model: string } | null {
  for (const { name, preset: own, msPerStep } of models) {
    if (own !== preset || msPerStep === null) continue;
    return { seconds: (epochs * defaultTrainingSettings.stepsPerEpoch * msPerStep) / 1000, model: name };
  }
  return null;
}
