import type { SegmentSettings } from '../../contract/inference.ts';
import type { Network, PredictedImage } from '../../inference/network.ts';
import type { PreparedImage } from '../../model/prepare-image.ts';
import type { WorkerJobControl } from '../../processes/job-messages.ts';

/** What the segmentation of an image asks for, wherever it runs. */
export type SegmentQuestion =
  /** Memory for an image of so many pixels; until the job ends. */
  | { kind: 'pixels'; pixels: number }
  /** What the network sees in an image; answered with a PredictedImage. */
  | { kind: 'predict'; image: PreparedImage; settings: SegmentSettings };

/** What has to be known of a network to use it from elsewhere. */
export type NetworkFacts = Pick<Network, 'inputChannels' | 'method' | 'cellDiameterPx'>;

/** The network that computes where the job was started from. */
export function askedNetwork(facts: NetworkFacts, control: WorkerJobControl): Network {
  return {
    ...facts,
    predict: (image, settings) =>
      control.ask({ kind: 'predict', image, settings } satisfies SegmentQuestion) as Promise<PredictedImage>,
  };
}
