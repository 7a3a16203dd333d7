import type { Network } from './network.ts';
import { predictImage } from './predict-image.ts';
import type { SegmentingModel } from './predict-tile.ts';

/** The network of a model, computing where it is. */
export function networkOf(model: SegmentingModel): Network {
  return {
    inputChannels: model.inputChannels,
    cellDiameterPx: model.preset.cellDiameterPx,
    predict: (image, settings, control) => predictImage(model, image, settings, control),
  };
}
