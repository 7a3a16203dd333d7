import type { SegmentSettings } from '../contract/inference.ts';
import type { JobControl, Progress } from '../contract/job.ts';
import type { PreparedImage } from '../model/prepare-image.ts';
import type { FoundCell } from './found-cell.ts';

/** What a network found in an image. */
export interface PredictedImage {
  cells: FoundCell[];
  /** Number of tiles it was cut into. */
  tiles: number;
  /** What was done otherwise than asked for, to be told with the progress. */
  notice: Pick<Progress, 'notice'>;
}

/** A network in use, as those see it who prepare its images and draw what it finds: it may compute in another thread. */
export interface Network {
  /** Channels of the images it takes. */
  inputChannels: number;
  /** Mean diameter of the cells it knows, in network px. */
  cellDiameterPx: number;
  /** @throws LacssError `cancelled`, `out-of-memory`, `engine-failed` */
  predict: (image: PreparedImage, settings: SegmentSettings, control: JobControl) => Promise<PredictedImage>;
}
