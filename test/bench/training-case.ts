import type { PresetName } from '../../src-main/contract/choices.ts';
import { defaultTrainingSettings } from '../../src-main/contract/training.ts';
import { createModel, type LacssModel } from '../../src-main/model/create-model.ts';
import type { Crop } from '../../src-main/training/draw-crop.ts';
import { TrainStep } from '../../src-main/training/train-step.ts';

/** A model and the crop it is trained on repeatedly. */
export interface TrainingCase {
  model: LacssModel;
  crop: Crop;
  step: (learningRate?: number) => Promise<number>;
  dispose: () => void;
}

/** A weakly annotated crop of noise and disks. Its content does not change the time of a step. */
export function syntheticCrop(size: number, maskStride: number, diameterPx: number): Crop {
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const image = Float32Array.from({ length: size * size }, () => 2 * random() - 1);
  // One cell every 1.5 diameters each way, about as crowded as a confluent field.
  const perSide = Math.max(1, Math.round(size / (1.5 * diameterPx)));
  const locations = Float32Array.from({ length: 2 * perSide * perSide }, (_, i) => {
    const cell = Math.floor(i / 2);
    const place = i % 2 === 0 ? Math.floor(cell / perSide) : cell % perSide;
    return ((place + 0.25 + 0.5 * random()) * size) / perSide;
  });
  const side = size / maskStride;
  const mask = new Float32Array(side * side);
  for (let i = 0; i < locations.length; i += 2) {
    const [y, x, radius] = [
      locations[i]! / maskStride,
      locations[i + 1]! / maskStride,
      diameterPx / 2 / maskStride,
    ];
    for (let p = 0; p < mask.length; p++) {
      if (Math.hypot(Math.floor(p / side) + 0.5 - y, (p % side) + 0.5 - x) < radius) mask[p] = 1;
    }
  }
  return {
    example: 'synthetic',
    size,
    channels: 1,
    image,
    supervision: 'weak',
    mask,
    locations,
    ids: new Float32Array(),
  };
}

/** Makes a model and a crop of `size` px on the active engine. */
export function trainingCase(preset: PresetName, size: number): TrainingCase {
  const model = createModel(preset, 1, 7);
  const { cellDiameterPx, segmentation } = model.preset;
  const crop = syntheticCrop(size, segmentation.stride / 2, cellDiameterPx);
  const step = new TrainStep(model, defaultTrainingSettings);
  return {
    model,
    crop,
    step: async (learningRate = 1e-3) => (await step.run(crop, learningRate)).terms.total,
    dispose: () => {
      step.dispose();
      model.dispose();
    },
  };
}
