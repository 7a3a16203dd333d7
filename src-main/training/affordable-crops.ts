import { LacssError } from '../contract/errors.ts';
import type { Progress } from '../contract/job.ts';
import type { TrainingSettings } from '../contract/training.ts';
import { isOutOfMemory } from '../engine/is-out-of-memory.ts';
import type { LacssModel } from '../model/create-model.ts';
import type { CropOptions } from './draw-crop.ts';

/** How crops are cut: as large as was asked for, until memory runs out. */
export class AffordableCrops {
  #options: CropOptions;
  #notice: Pick<Progress, 'notice'> = {};
  readonly #step: number;

  /**
   * @param step a crop's size is a multiple of this, and at least two
   */
  constructor(options: CropOptions, step: number) {
    this.#options = options;
    this.#step = step;
  }

  /** What is done otherwise than asked for, to be told with the progress. */
  get notice(): Pick<Progress, 'notice'> {
    return this.#notice;
  }

  /**
   * Does something with crops; where memory runs out, again with crops of half the size, which it then stays at.
   * @throws LacssError `out-of-memory` where the smallest crops are still too large
   */
  async use<T>(work: (options: CropOptions) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(this.#options);
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        this.#halve(error);
      }
    }
  }

  #halve(cause: unknown): void {
    const { size } = this.#options;
    const half = Math.floor(size / 2 / this.#step) * this.#step;
    if (half < 2 * this.#step) {
      throw new LacssError(
        'out-of-memory',
        `There is not enough memory to train, not even on crops of ${size} px.`,
        {
          remedy: 'Close other programs and resume, or train a smaller preset. What was learnt is kept.',
          cause,
        },
      );
    }
    this.#options = { ...this.#options, size: half };
    this.#notice = { notice: `on crops of ${half} px, for lack of memory` };
  }
}

/**
 * Crops as wide as the settings say, at most as wide as the largest image, in multiples of what the network can halve.
 * @param largestPx the longest side of any image after rescaling
 */
export function cropsFor(
  largestPx: number,
  { preset }: LacssModel,
  { cropPx, augmentation }: TrainingSettings,
): AffordableCrops {
  const { padTo, segmentation, cellDiameterPx } = preset;
  const enough = Math.ceil(largestPx / padTo) * padTo;
  const size = Math.max(2 * padTo, Math.min(Math.floor(cropPx / padTo) * padTo, enough));
  return new AffordableCrops(
    { size, maskStride: segmentation.stride / 2, cellDiameterPx, augmentation },
    padTo,
  );
}
