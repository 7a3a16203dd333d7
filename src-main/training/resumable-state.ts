import { LacssError } from '../contract/errors.ts';
import {
  lossTermNames,
  type CellSize,
  type EpochReport,
  type TrainingSettings,
  type ValidationReport,
} from '../contract/training.ts';
import type { LacssModel } from '../model/create-model.ts';
import { restoreWeights, saveWeights } from '../model/weights.ts';
import { encodeCheckpoint, type Checkpoint, type EpochSums } from './checkpoint.ts';
import { emptySums, meanTerms } from './epoch-sums.ts';
import type { StepOutcome, TrainStep } from './train-step.ts';

/**
 * The state of a training run in a checkpoint, besides weights and optimizers: steps, time, epochs, best
 * epoch.
 */
export class ResumableState {
  steps = 0;
  epochs: EpochReport[] = [];
  readonly cellSize: CellSize;
  /** Whether there are steps or epochs since the last checkpoint. */
  isUnsaved = true;
  readonly #now: () => number;
  readonly #startedAt: number;
  #earlierMs = 0;
  #sums: EpochSums = emptySums();
  #best: { epoch: number; score: number } | null = null;
  #bestWeights: Uint8Array = new Uint8Array(0);

  /** @param now the time in ms */
  constructor(cellSize: CellSize, now: () => number) {
    this.cellSize = cellSize;
    this.#now = now;
    this.#startedAt = now();
  }

  /** Training time, including resumed parts. */
  get elapsedMs(): number {
    return this.#earlierMs + this.#now() - this.#startedAt;
  }

  /** The current epoch, from 1. */
  get epoch(): number {
    return this.epochs.length + 1;
  }

  /** Steps of the current epoch. */
  get epochSteps(): number {
    return this.#sums.steps;
  }

  /** The epoch with the highest AP50; `null` without outlined cells to validate on. */
  get bestEpoch(): number | null {
    return this.#best?.epoch ?? null;
  }

  addStep({ terms, gradientNorm, meanAreaPx }: StepOutcome): void {
    this.#sums.steps++;
    this.#sums.gradientNorm += gradientNorm;
    this.#sums.meanAreaPx += meanAreaPx;
    for (const name of lossTermNames) {
      const value = terms[name];
      if (value === null || value === undefined) continue;
      const sum = (this.#sums.terms[name] ??= { sum: 0, count: 0 });
      sum.sum += value;
      sum.count++;
    }
    this.isUnsaved = true;
  }

  /**
   * Ends the current epoch. If its AP50 is the best yet, keeps the model's weights. A validation loss does
   * not choose the epoch, because it does not rank models.
   */
  endEpoch(validation: ValidationReport | null, learningRate: number, model: LacssModel): EpochReport {
    const { epoch } = this;
    const best = validation?.measure === 'AP50' && validation.score > (this.#best?.score ?? -Infinity);
    const report = { ...this.#report(validation, learningRate), epoch, best };
    this.epochs.push(report);
    this.#sums = emptySums();
    if (best) {
      this.#best = { epoch, score: validation.score };
      this.#bestWeights = saveWeights(model).bytes;
    }
    this.isUnsaved = true;
    return report;
  }

  /** The report of the steps done, as epoch 0. It is not kept in checkpoints, and is never the best epoch. */
  firstLook(validation: ValidationReport | null, learningRate: number): EpochReport {
    return { ...this.#report(validation, learningRate), epoch: 0, best: false };
  }

  #report(validation: ValidationReport | null, learningRate: number): Omit<EpochReport, 'epoch' | 'best'> {
    return {
      step: this.steps,
      terms: meanTerms(this.#sums),
      gradientNorm: this.#sums.gradientNorm / this.#sums.steps,
      meanAreaPx: this.#sums.meanAreaPx / this.#sums.steps,
      learningRate,
      validation,
      elapsedMs: this.elapsedMs,
    };
  }

  /** Loads the weights of the best epoch into the model. Without one, those of the last step stay. */
  restoreBest(model: LacssModel): void {
    if (this.#best !== null) restoreWeights(model, saveWeights(model).manifest, this.#bestWeights);
  }

  /** The current checkpoint; `null` if a weight is not finite, because nothing could resume from it. */
  encode(model: LacssModel, step: TrainStep, settings: TrainingSettings): Uint8Array | null {
    const { manifest, bytes } = saveWeights(model);
    if (!areFinite(new Float32Array(bytes.buffer))) return null;
    const optimizer = step.save();
    return encodeCheckpoint({
      header: {
        preset: model.preset.name,
        inputChannels: model.inputChannels,
        settings,
        cellSize: this.cellSize,
        step: this.steps,
        elapsedMs: this.elapsedMs,
        epochs: this.epochs,
        current: this.#sums,
        best: this.#best,
        weights: manifest,
        optimizerSteps: { network: optimizer.network.steps, auxnet: optimizer.auxnet.steps },
      },
      weights: bytes,
      optimizer,
      bestWeights: this.#bestWeights,
    });
  }

  /**
   * Continues from a checkpoint.
   * @throws LacssError `model-invalid` if the checkpoint has another preset or number of channels
   */
  restore({ header, weights, optimizer, bestWeights }: Checkpoint, model: LacssModel, step: TrainStep): void {
    if (header.preset !== model.preset.name || header.inputChannels !== model.inputChannels) {
      throw new LacssError(
        'model-invalid',
        `The checkpoint belongs to a ${header.preset} model with ${header.inputChannels} channels, ` +
          `not of a ${model.preset.name} model with ${model.inputChannels}.`,
        { remedy: 'Resume with the original preset and channels, or start a new training run.' },
      );
    }
    restoreWeights(model, header.weights, weights);
    step.restore(optimizer);
    this.steps = header.step;
    this.epochs = header.epochs;
    this.isUnsaved = false;
    this.#earlierMs = header.elapsedMs;
    this.#sums = header.current;
    this.#best = header.best;
    this.#bestWeights = bestWeights;
  }
}

/** Whether all numbers are finite. A product with 0 is 0 or NaN, which is faster to test than each number. */
function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) sum += 0 * value;
  return sum === 0;
}
