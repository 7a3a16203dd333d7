import type { Network } from './network.ts';
import { predictImage } from './predict-image.ts';
import type { SegmentingModel } from './predict-tile.ts';

/** Wraps a model as a network that computes in this process. */
export function networkOf(model: SegmentingModel): Network {
  return {
    inputChannels: model.inputChannels,
    method: model.preset.method,
    cellDiameterPx: model.preset.cellDiameterPx,
    predict: (image, settings, control) => predictImage(model, image, settings, control),
  };
}
