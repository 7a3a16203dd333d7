import type { SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { CellLabels, FloatPlane, PixelSizeUm, Segmentation } from '../../contract/pixels.ts';
import type { PlaneBand } from '../../imaging/read-plane.ts';
import type { Network } from '../../inference/network.ts';
import { pause } from '../../inference/pause.ts';
import { segmentAtOwnSize } from '../../inference/segment-at-own-size.ts';
import { cutByScore, segmentEvery } from '../../inference/segment-image.ts';
import type { SegmentOptions } from '../../inference/segment-image.ts';
import { segmentInBands } from '../../inference/segment-in-bands.ts';
import { unlikeness } from '../../model/compare-look.ts';
import { imageLook } from '../../model/image-look.ts';
import { imageStatistics } from '../../model/prepare-in-strips.ts';
import type { BandedImage } from '../../model/prepare-in-strips.ts';
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
export type SizedSegmentation = Segmentation<CellLabels> & { diameterPx: number };

/**
 * The channels of an image, in the order of the model's: in memory, or in bands where it is too large
 * for that.
 */
export type ChannelInput = readonly FloatPlane[] | BandedImage;

/** Larger images are read in bands: in memory each pixel takes some 30 bytes. */
export const mostPixelsInMemory = 2 ** 24;

/** Reads channels as large as they may be; each call of `bands` starts at the first band. */
export async function readChannels(
  { height, width }: { height: number; width: number },
  channels: readonly number[],
  read: {
    plane: (channel: number) => Promise<FloatPlane>;
    bands: (channel: number) => AsyncIterable<PlaneBand>;
  },
): Promise<ChannelInput> {
  if (height * width > mostPixelsInMemory) {
    return { height, width, channels: channels.map((channel) => () => read.bands(channel)) };
  }
  const planes: FloatPlane[] = [];
  for (const channel of channels) planes.push(await read.plane(channel));
  return planes;
}

/** Segments an image, given by the channels of the model in their order. */
export async function segmentPlanes(
  input: ChannelInput,
  pixelSizeUm: PixelSizeUm | null,
  { network, card }: { network: Network; card: ModelCard },
  { settings = {}, diameterPx }: FindingChoices,
  control: JobControl,
): Promise<SizedSegmentation> {
  const options = { ...settings, scale: scaleFor(card, pixelSizeUm, diameterPx), control };
  const segmentAt = await segmenterAt(network, input, options);
  // What a person says of the size is not put to the test.
  if (diameterPx !== undefined) return { ...cutByScore(await segmentAt(options.scale), options), diameterPx };
  const { anySize = false } = card.preprocessing;
  const { scale, ...found } = await segmentAtOwnSize(segmentAt, network, { ...options, anySize });
  const unlike = found.note === undefined ? unlikenessOf(input, card, options.scale) : null;
  return {
    ...found,
    ...(unlike === null ? {} : { note: unlike }),
    diameterPx: card.preprocessing.targetDiameterPx / scale,
  };
}

/** How an image in memory differs from those the model learned; `null` if it does not or is unknown. */
function unlikenessOf(input: ChannelInput, { look }: ModelCard, scale: number): string | null {
  if (look === undefined || 'channels' in input) return null;
  return unlikeness(imageLook(input, scale), look);
}

/** Segments the image at a scale. What does not depend on the scale is computed once. */
async function segmenterAt(
  network: Network,
  input: ChannelInput,
  options: SegmentOptions,
): Promise<(scale: number) => Promise<Segmentation<CellLabels>>> {
  if (!('channels' in input)) return (scale) => segmentEvery(network, input, { ...options, scale });
  const { control } = options;
  control.onProgress({ done: 0, total: 1, message: 'Measuring intensities' });
  const statistics = await imageStatistics(input, () => pause(control));
  return (scale) => segmentInBands(network, input, statistics, { ...options, scale });
}
