import { LacssError } from '../contract/errors.ts';
import type { Progress } from '../contract/job.ts';
import type { TrainingSettings } from '../contract/training.ts';
import { isOutOfMemory } from '../engine/common/is-out-of-memory.ts';
import type { LacssModel } from '../model/create-model.ts';
import type { CropOptions } from './draw-crop.ts';

/** Chooses the crop size: the size of the settings, or a smaller one when memory runs out. */
export class AffordableCrops {
  #options: CropOptions;
  #notice: Pick<Progress, 'notice'> = {};
  readonly #step: number;

  /** @param step a crop's size is a multiple of this, and at least twice as large */
  constructor(options: CropOptions, step: number) {
    this.#options = options;
    this.#step = step;
  }

  /** A deviation from the settings, shown with the progress. */
  get notice(): Pick<Progress, 'notice'> {
    return this.#notice;
  }

  /**
   * Calls a function with the crop options. When memory runs out, halves the crop size, keeps it, and calls
   * again.
   * @throws LacssError `out-of-memory` if even the smallest crops do not fit
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
        `There is not enough memory to train, even on crops of ${size} px.`,
        {
          remedy: 'Close other programs and resume, or train a smaller preset. The training so far is saved.',
          cause,
        },
      );
    }
    this.#options = { ...this.#options, size: half };
    this.#notice = { notice: `on crops of ${half} px for lack of memory` };
  }
}

/**
 * Crop options. A crop is as wide as set, but not wider than the largest image. Its width is a multiple of
 * the network's largest stride.
 * @param largestPx longest side of any rescaled image
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
