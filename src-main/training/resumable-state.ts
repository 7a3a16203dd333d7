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

/** What a checkpoint keeps of a training, beside the weights and the optimizers: steps, time, epochs, the best so far. */
export class ResumableState {
  steps = 0;
  epochs: EpochReport[] = [];
  readonly cellSize: CellSize;
  /** Whether steps or epochs were added since the last checkpoint. */
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

  /** Time spent in training, resumed parts included. */
  get elapsedMs(): number {
    return this.#earlierMs + this.#now() - this.#startedAt;
  }

  /** The running epoch, from 1. */
  get epoch(): number {
    return this.epochs.length + 1;
  }

  /** Steps of the running epoch. */
  get epochSteps(): number {
    return this.#sums.steps;
  }

  /** The best epoch; `null` before the first validation. */
  get bestEpoch(): number | null {
    return this.#best?.epoch ?? null;
  }

  addStep({ terms, gradientNorm, meanAreaPx }: StepOutcome): void {
    this.#sums.steps++;
    this.#sums.gradientNorm += gradientNorm;
    this.#sums.meanAreaPx += meanAreaPx;
    for (const name of lossTermNames) {
      const value = terms[name];
      if (value === null) continue;
      const sum = (this.#sums.terms[name] ??= { sum: 0, count: 0 });
      sum.sum += value;
      sum.count++;
    }
    this.isUnsaved = true;
  }

  /** Ends the running epoch. Where its validation is the best so far, keeps the model's weights. */
  endEpoch(validation: ValidationReport | null, learningRate: number, model: LacssModel): EpochReport {
    const { epoch } = this;
    const best = validation !== null && validation.score > this.#scoreToBeat(validation.measure);
    const report: EpochReport = {
      epoch,
      step: this.steps,
      terms: meanTerms(this.#sums),
      gradientNorm: this.#sums.gradientNorm / this.#sums.steps,
      meanAreaPx: this.#sums.meanAreaPx / this.#sums.steps,
      learningRate,
      validation,
      best,
      elapsedMs: this.elapsedMs,
    };
    this.epochs.push(report);
    this.#sums = emptySums();
    if (best) {
      this.#best = { epoch, score: validation.score };
      this.#bestWeights = saveWeights(model).bytes;
    }
    this.isUnsaved = true;
    return report;
  }

  /** Gives the model the weights of its best epoch; those of its last step where nothing was validated. */
  restoreBest(model: LacssModel): void {
    if (this.#best !== null) restoreWeights(model, saveWeights(model).manifest, this.#bestWeights);
  }

  /** The checkpoint of this moment; `null` where a weight is not finite, because nothing could resume from it. */
  encode(model: LacssModel, step: TrainStep, settings: TrainingSettings): Uint8Array | null {
    const { manifest, bytes } = saveWeights(model);
    if (!new Float32Array(bytes.buffer).every(Number.isFinite)) return null;
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
   * @throws LacssError `model-invalid` where the checkpoint is of another preset or number of channels
   */
  restore({ header, weights, optimizer, bestWeights }: Checkpoint, model: LacssModel, step: TrainStep): void {
    if (header.preset !== model.preset.name || header.inputChannels !== model.inputChannels) {
      throw new LacssError(
        'model-invalid',
        `The checkpoint is of a ${header.preset} model with ${header.inputChannels} channels, ` +
          `not of a ${model.preset.name} model with ${model.inputChannels}.`,
        { remedy: 'Resume with the preset and the channels of its start, or start a new training.' },
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

  /** The best score so far if it has the same measure: scores of different losses do not compare. */
  #scoreToBeat(measure: ValidationReport['measure']): number {
    if (this.#best === null) return -Infinity;
    const { validation } = this.epochs[this.#best.epoch - 1]!;
    return validation?.measure === measure ? this.#best.score : -Infinity;
  }
}
