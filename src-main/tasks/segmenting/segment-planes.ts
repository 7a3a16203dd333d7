import type { SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { FloatPlane, PixelSizeUm, Segmentation } from '../../contract/pixels.ts';
import type { Network } from '../../inference/network.ts';
import { segmentAtOwnSize } from '../../inference/segment-at-own-size.ts';
import { segmentImage } from '../../inference/segment-image.ts';
import { scaleFor } from '../../project/model-inputs.ts';

/** What decides what is found in an image. */
export interface FindingChoices {
  /** What differs from the usual settings. */
  settings?: Partial<SegmentSettings>;
  /**
   * Mean diameter of a cell in px.
   * @default the training's, or what the cells of an image show where that is another
   */
  diameterPx?: number;
}

/** What was found, and the mean diameter of a cell in image px that it was found with. */
export type SizedSegmentation = Segmentation & { diameterPx: number };

/** Segments planes that are in memory, in the order of the model's channels. */
export async function segmentPlanes(
  planes: readonly FloatPlane[],
  pixelSizeUm: PixelSizeUm | null,
  { network, card }: { network: Network; card: ModelCard },
  { settings = {}, diameterPx }: FindingChoices,
  control: JobControl,
): Promise<SizedSegmentation> {
  const options = { ...settings, scale: scaleFor(card, pixelSizeUm, diameterPx), control };
  // What a person says of the size is not put to the test.
  if (diameterPx !== undefined) return { ...(await segmentImage(network, planes, options)), diameterPx };
  const { scale, ...found } = await segmentAtOwnSize(network, planes, options);
  return { ...found, diameterPx: card.preprocessing.targetDiameterPx / scale };
}
