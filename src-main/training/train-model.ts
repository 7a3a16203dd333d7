import { LacssError } from '../contract/errors.ts';
import type { JobControl } from '../contract/job.ts';
import {
  lossTermNames,
  type CellSize,
  type EpochReport,
  type StepReport,
  type TrainingResult,
  type TrainingSettings,
  type ValidationReport,
} from '../contract/training.ts';
import type { LacssModel } from '../model/create-model.ts';
import { SeededRandom } from '../model/seeded-random.ts';
import { restoreWeights, saveWeights } from '../model/weights.ts';
import { AffordableCrops } from './affordable-crops.ts';
import { checkSettings } from './check-settings.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type EpochSums } from './checkpoint.ts';
import { withDividedForeground, type DividingControl } from './divided-foreground.ts';
import { drawCrop } from './draw-crop.ts';
import { emptySums, meanTerms } from './epoch-sums.ts';
import { estimateCellSize } from './estimate-cell-size.ts';
import { exampleScale } from './example-scale.ts';
import { learningRateAt } from './learning-rate.ts';
import { positionOf, type TrainingPosition } from './position-of.ts';
import { prepareExample, type PreparedExample } from './prepare-example.ts';
import { TrainStep, type StepOutcome } from './train-step.ts';
import type { TrainingExample } from './training-example.ts';
import { validateModel } from './validate-model.ts';

export interface TrainingOptions {
  /** Trained in place. */
  model: LacssModel;
  examples: readonly TrainingExample[];
  /** What the best epoch is chosen on; may be empty. */
  validation: readonly TrainingExample[];
  settings: TrainingSettings;
  /** Bytes of the `last` checkpoint of a training with the same examples, to go on with. */
  resume?: Uint8Array;
  control: JobControl;
  onStep?: (report: StepReport) => void;
  /** Waited for, so that it may use the model as it is at the end of that epoch. */
  onEpoch?: (report: EpochReport) => void | Promise<void>;
  /**
   * Keeps a checkpoint, replacing the former of its kind. `last` comes after every epoch, when the training is stopped
   * and at its end; `best` when a validation was better than all before, after its `last`.
   */
  saveCheckpoint: (kind: 'last' | 'best', bytes: Uint8Array) => Promise<void>;
}

/**
 * Trains a model on images whose cells are partly or wholly annotated. Same settings, examples and engine give the same
 * weights, whether in one go or resumed from any checkpoint (as long as no time limit makes the clock decide).
 *
 * @returns when a limit is reached; the model then has the weights of the best epoch, or of the last one where there was
 *   nothing to validate on
 * @throws LacssError `cancelled` within one step of the signal, the checkpoint saved; `training-diverged` naming the step
 *   and the term, the model then of no use; `out-of-memory` where there is not enough even for small crops, larger ones
 *   being halved until there is, the last checkpoint saved; `annotation-missing`, `image-size-mismatch`, `image-invalid`,
 *   `setting-invalid`, and `file-damaged` or `model-invalid` about a checkpoint
 */
export async function trainModel(options: TrainingOptions): Promise<TrainingResult> {
  const settings = checkSettings(options.settings);
  const step = new TrainStep(options.model, settings);
  try {
    return await new Training(options, settings, step).run();
  } finally {
    step.dispose();
  }
}

/** A training under way: where it stands, and how it gets on. */
class Training {
  readonly #options: TrainingOptions;
  readonly #settings: TrainingSettings;
  readonly #step: TrainStep;
  #stepsDone = 0;
  #earlierMs = 0;
  readonly #startedAt = performance.now();
  #epochs: EpochReport[] = [];
  #sums: EpochSums = emptySums();
  #best: { epoch: number; score: number } | null = null;
  #bestWeights: Uint8Array = new Uint8Array(0);
  #cellSize: CellSize;
  #crops!: AffordableCrops;
  /** Steps done when the `last` checkpoint was saved. */
  #savedAt = -1;
  #hasDivided = false;

  constructor(options: TrainingOptions, settings: TrainingSettings, step: TrainStep) {
    this.#options = options;
    this.#settings = settings;
    this.#step = step;
    if (options.examples.length === 0) {
      throw new LacssError('annotation-missing', 'There is no image to train on.', {
        remedy: 'Annotate at least one image, or mark fewer for validation.',
      });
    }
    const checkpoint = options.resume === undefined ? null : decodeCheckpoint(options.resume);
    this.#cellSize =
      checkpoint?.header.cellSize ?? estimateCellSize(options.examples, settings.cellDiameterPx);
    if (checkpoint !== null) this.#restore(checkpoint);
  }

  async run(): Promise<TrainingResult> {
    const { model, examples } = this.#options;
    const prepared = examples.map((example) =>
      prepareExample(
        example,
        model.inputChannels,
        exampleScale(example, this.#cellSize, model.preset.cellDiameterPx),
      ),
    );
    const largest = Math.max(...prepared.map(({ image }) => Math.max(image.height, image.width)));
    const { padTo, segmentation, cellDiameterPx } = model.preset;
    this.#crops = new AffordableCrops(
      {
        size: cropSize(this.#settings.cropPx, largest, padTo),
        maskStride: segmentation.stride / 2,
        cellDiameterPx,
        augmentation: this.#settings.augmentation,
      },
      padTo,
    );

    for (;;) {
      await this.#pause();
      const limit = this.#position().reached;
      const epochIsOver = this.#sums.steps >= this.#settings.stepsPerEpoch;
      if (epochIsOver || (limit !== null && this.#sums.steps > 0)) await this.#endEpoch();
      if (limit !== null) return this.#finish(limit);
      try {
        await this.#takeStep(await this.#nextOf(prepared));
      } catch (error) {
        if (error instanceof LacssError && error.code === 'out-of-memory') await this.#saveLast();
        throw error;
      }
    }
  }

  /** The next example, as it is learnt at this stage of the training: weakly, or with its foreground divided. */
  async #nextOf(prepared: readonly PreparedExample[]): Promise<PreparedExample> {
    const index = this.#nextExample(prepared.length);
    const example = prepared[index]!;
    if (example.supervision.kind === 'full' || !this.#divides()) return example;
    if (!this.#hasDivided) {
      this.#hasDivided = true;
      // The graphs of weak steps hold as much memory as those that follow.
      this.#step.forgetGraphs();
    }
    try {
      const { supervision } = await withDividedForeground(
        this.#options.examples[index]!,
        this.#dividing(example.name),
      );
      return { ...example, supervision };
    } catch (error) {
      throw await this.#keepWhatThereIs(error);
    }
  }

  /** How the dividing of a foreground is told of and stopped. */
  #dividing(name: string): DividingControl {
    const { signal, onProgress } = this.#options.control;
    const onPercent = (percent: number): void => {
      const aside = `Dividing the foreground of ${name} among its cells, ${percent} %`;
      const { done, total } = this.#position();
      onProgress({ done, total, message: aside, aside });
    };
    return { signal, onPercent };
  }

  /** Whether foregrounds are by now learnt as one mask a cell. */
  #divides(): boolean {
    const { partitionAfter } = this.#settings;
    return partitionAfter < 1 && this.#position().fraction >= partitionAfter;
  }

  async #takeStep(example: PreparedExample): Promise<void> {
    const learningRate = this.#learningRate();
    const { crop, outcome } = await this.#crops.use(async (crops) => {
      const crop = drawCrop(example, crops, new SeededRandom(this.#settings.seed, 'crop', this.#stepsDone));
      return { crop, outcome: await this.#step.run(crop, learningRate) };
    });
    this.#stepsDone++;
    this.#checkFinite(outcome, example.name);
    this.#record(outcome, example.name, crop.locations.length / 2, learningRate);
  }

  /** Gives the model the weights that were best. */
  #finish(stoppedBy: 'steps' | 'minutes'): TrainingResult {
    const { model } = this.#options;
    if (this.#best !== null) restoreWeights(model, saveWeights(model).manifest, this.#bestWeights);
    return {
      steps: this.#stepsDone,
      stoppedBy,
      epochs: this.#epochs,
      chosenEpoch: this.#best?.epoch ?? this.#epochs.length,
      cellSize: this.#cellSize,
      elapsedMs: this.#elapsedMs(),
    };
  }

  /** Every example once in random order, then again in another order. A function of the step alone, so resuming needs nothing. */
  #nextExample(count: number): number {
    const round = Math.floor(this.#stepsDone / count);
    return new SeededRandom(this.#settings.seed, 'order', round).permutation(count)[this.#stepsDone % count]!;
  }

  #elapsedMs(): number {
    return this.#earlierMs + performance.now() - this.#startedAt;
  }

  #learningRate(): number {
    return learningRateAt(this.#settings, this.#stepsDone, this.#position().fraction);
  }

  #position(): TrainingPosition {
    return positionOf(this.#settings, this.#stepsDone, this.#elapsedMs());
  }

  /** Lets other work of this process run; where the training was stopped meanwhile, keeps what there is and ends it. */
  async #pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#options.control.signal.aborted) throw await this.#stopped();
  }

  /** What to throw for an error: where it says that the training was stopped, keeps what there is. */
  async #keepWhatThereIs(error: unknown): Promise<unknown> {
    return error instanceof LacssError && error.code === 'cancelled' ? this.#stopped() : error;
  }

  async #stopped(): Promise<LacssError> {
    await this.#saveLast();
    return new LacssError('cancelled', `Training was stopped after ${this.#stepsDone} steps.`, {
      remedy: 'It can be resumed from here.',
    });
  }

  #checkFinite({ terms, gradientNorm }: StepOutcome, example: string): void {
    const broken = lossTermNames.find((name) => terms[name] !== null && !Number.isFinite(terms[name]));
    if (broken === undefined && Number.isFinite(gradientNorm)) return;
    const what =
      broken === undefined
        ? `the length of the gradient is ${gradientNorm}`
        : `the ${broken} loss is ${terms[broken]}`;
    throw new LacssError(
      'training-diverged',
      `Training failed at step ${this.#stepsDone}, on ${example}: ${what}.`,
      { subject: example, remedy: 'Lower the learning rate, and start from the last checkpoint or anew.' },
    );
  }

  #record(outcome: StepOutcome, example: string, cells: number, learningRate: number): void {
    const { terms, gradientNorm, meanAreaPx } = outcome;
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
    const epoch = this.#epochs.length + 1;
    const elapsedMs = this.#elapsedMs();
    this.#options.onStep?.({
      step: this.#stepsDone,
      epoch,
      example,
      cells,
      terms,
      gradientNorm,
      learningRate,
      meanAreaPx,
      elapsedMs,
    });
    const { notice } = this.#crops.notice;
    const { done, total } = this.#position();
    this.#options.control.onProgress({
      done,
      total,
      message:
        `Training, epoch ${epoch}, step ${this.#stepsDone}, loss ${terms.total.toFixed(3)}` +
        (notice === undefined ? '' : `, ${notice}`),
      ...this.#crops.notice,
    });
  }

  async #endEpoch(): Promise<void> {
    const { model, validation, control, onEpoch, saveCheckpoint } = this.#options;
    let measured: ValidationReport | null = null;
    if (validation.length > 0) {
      try {
        measured = await this.#crops.use((crops) =>
          validateModel(model, this.#step, validation, {
            cellSize: this.#cellSize,
            crops,
            seed: this.#settings.seed,
            dividing: this.#divides() ? (name) => this.#dividing(name) : null,
            control,
          }),
        );
      } catch (error) {
        // Stopped while validating: the epoch counts as not ended, and is validated after resuming.
        throw await this.#keepWhatThereIs(error);
      }
    }
    const epoch = this.#epochs.length + 1;
    const best = measured !== null && measured.score > this.#scoreToPass(measured.measure);
    const report: EpochReport = {
      epoch,
      step: this.#stepsDone,
      terms: meanTerms(this.#sums),
      gradientNorm: this.#sums.gradientNorm / this.#sums.steps,
      meanAreaPx: this.#sums.meanAreaPx / this.#sums.steps,
      learningRate: this.#learningRate(),
      validation: measured,
      best,
      elapsedMs: this.#elapsedMs(),
    };
    this.#epochs.push(report);
    this.#sums = emptySums();
    if (measured !== null && best) {
      this.#best = { epoch, score: measured.score };
      this.#bestWeights = saveWeights(model).bytes;
    }
    await this.#saveLast();
    if (best) await saveCheckpoint('best', this.#encode());
    await onEpoch?.(report);
  }

  /** The best score so far, where it was measured in the same way: a loss on one mask a cell says nothing of a weak loss. */
  #scoreToPass(measure: ValidationReport['measure']): number {
    if (this.#best === null) return -Infinity;
    const { validation } = this.#epochs[this.#best.epoch - 1]!;
    return validation?.measure === measure ? this.#best.score : -Infinity;
  }

  async #saveLast(): Promise<void> {
    if (this.#savedAt === this.#stepsDone) return;
    await this.#options.saveCheckpoint('last', this.#encode());
    this.#savedAt = this.#stepsDone;
  }

  #encode(): Uint8Array {
    const { model } = this.#options;
    const { manifest, bytes } = saveWeights(model);
    const optimizer = this.#step.save();
    return encodeCheckpoint({
      header: {
        preset: model.preset.name,
        inputChannels: model.inputChannels,
        settings: this.#settings,
        cellSize: this.#cellSize,
        step: this.#stepsDone,
        elapsedMs: this.#elapsedMs(),
        epochs: this.#epochs,
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

  #restore({ header, weights, optimizer, bestWeights }: Checkpoint): void {
    const { model } = this.#options;
    if (header.preset !== model.preset.name || header.inputChannels !== model.inputChannels) {
      throw new LacssError(
        'model-invalid',
        `The checkpoint is of a ${header.preset} model with ${header.inputChannels} channels, not of a ${model.preset.name} model with ${model.inputChannels}.`,
        { remedy: 'Resume with the preset and the channels it was started with, or start anew.' },
      );
    }
    restoreWeights(model, header.weights, weights);
    this.#step.restore(optimizer);
    this.#stepsDone = header.step;
    this.#savedAt = header.step;
    this.#earlierMs = header.elapsedMs;
    this.#epochs = header.epochs;
    this.#sums = header.current;
    this.#best = header.best;
    this.#bestWeights = bestWeights;
  }
}

/** The width of the crops: what was asked for, but no more than the largest image, in steps the network can halve. */
function cropSize(askedPx: number, largestPx: number, padTo: number): number {
  const enough = Math.ceil(largestPx / padTo) * padTo;
  return Math.max(2 * padTo, Math.min(Math.floor(askedPx / padTo) * padTo, enough));
}
