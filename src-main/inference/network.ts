import type { MethodName } from '../contract/choices.ts';
import type { SegmentSettings } from '../contract/inference.ts';
import type { JobControl, Progress } from '../contract/job.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import type { FoundCell } from './found-cell.ts';

/** What a network finds in an image. */
export interface PredictedImage {
  cells: FoundCell[];
  /** Number of tiles the image was cut into. */
  tiles: number;
  /** A deviation from the settings, shown with the progress. */
  notice: Pick<Progress, 'notice'>;
}

/**
 * A network in use. The code that prepares images and paints cells sees only this; the network may run in
 * another thread.
 */
export interface Network {
  /** Number of image channels. */
  inputChannels: number;
  /** The method that decides the settings that are not chosen. */
  method: MethodName;
  /** Mean cell diameter of the training images, in network px. */
  cellDiameterPx: number;
  /** @throws LacssError `cancelled`, `out-of-memory`, `engine-failed` */
  predict: (image: PreparedImage, settings: SegmentSettings, control: JobControl) => Promise<PredictedImage>;
}
