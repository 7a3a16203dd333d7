import { defaultSegmentSettings } from '../contract/inference.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Preset } from '../model/presets.ts';

/** What must be done to an image before the network sees it, and to what it gives, in sentences. */
export interface Processing {
  before: string[];
  after: string[];
}

/** Tells a programmer how to use the network without this program. */
export function describeProcessing({ preprocessing }: ModelCard, preset: Preset): Processing {
  const { clipPercentiles, cellSize, targetDiameterPx } = preprocessing;
  const { minScore, nmsDistancePx, maskThreshold } = defaultSegmentSettings;
  const maskStride = preset.segmentation.stride / 2;
  const stride = preset.locations.stride;
  const measured =
    cellSize.pixelSizeUm === null ? '' : ` at ${Number(cellSize.pixelSizeUm.toPrecision(4))} µm a pixel`;
  return {
    before: [
      `Each channel is clipped to its percentiles ${clipPercentiles.low} and ${clipPercentiles.high} over the whole image, then brought to mean 0 and variance 1.`,
      `The image is resized so that a mean cell is ${targetDiameterPx} px wide; in training it was ${Number(cellSize.diameterPx.toPrecision(4))} px wide${measured}.`,
      `Height and width are filled up to multiples of ${preset.padTo} by mirroring at the lower and right border.`,
    ],
    after: [
      `Every grid cell of scores above ${minScore} proposes a location: y = (row + 0.5 + offsets[0, 0]) * ${stride}, x = (column + 0.5 + offsets[0, 1]) * ${stride}.`,
      `Of two proposals nearer than ${nmsDistancePx} px the one with the higher score is kept.`,
      `The kept locations are given to the network as locations, with the same image; the scores need one location to be given too, any.`,
      `Pixel (i, j) of masks[n] has its centre at y = (origins[n, 0] + i + 0.5) * ${maskStride}, x = (origins[n, 1] + j + 0.5) * ${maskStride} of the resized image; above ${maskThreshold} it belongs to cell n, and where cells overlap to the one with the highest probability.`,
      'A cell’s score is that of its location times the share of the mask that stays when its logits are lowered by 2, of what there is when they are raised by 2.',
      'Cells whose outline has less than 0.7 of the image’s usual contrast (the mean length of its gradient; usual is the median of the surer half) have their score multiplied by the square of what it has of these 0.7.',
    ],
  };
}
