import type { SegmentSettings } from '../../contract/inference.ts';
import type { Network, PredictedImage } from '../../inference/network.ts';
import type { PreparedImage } from '../../model/prepare-image.ts';
import type { WorkerJobControl } from '../../processes/job-messages.ts';

/** The requests of an image's segmentation, in a thread or in the job. */
export type SegmentQuestion =
  /** Memory for an image with this number of pixels, until the job ends. */
  | { kind: 'pixels'; pixels: number }
  /** The network's prediction for an image. The answer is a PredictedImage. */
  | { kind: 'predict'; image: PreparedImage; settings: SegmentSettings };

/** The properties of a network that its user in another thread needs. */
export type NetworkFacts = Pick<Network, 'inputChannels' | 'method' | 'cellDiameterPx'>;

/** A network that computes in the job that started this one. */
export function askedNetwork(facts: NetworkFacts, control: WorkerJobControl): Network {
  return {
    ...facts,
    predict: (image, settings) =>
      control.ask({ kind: 'predict', image, settings } satisfies SegmentQuestion) as Promise<PredictedImage>,
  };
}
