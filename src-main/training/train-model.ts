import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { JobControl } from '../contract/job.ts';
import type {
  CellSize,
  EpochReport,
  StepReport,
  TrainingResult,
  TrainingSettings,
  ValidationReport,
} from '../contract/training.ts';
import type { LacssModel } from '../model/create-model.ts';
import { SeededRandom } from '../model/seeded-random.ts';
import { cropsFor, type AffordableCrops } from './affordable-crops.ts';
import { checkFinite } from './check-finite.ts';
import { checkSettings } from './check-settings.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { CheckpointSchedule } from './checkpoint-schedule.ts';
import { withDividedForeground, type DividingControl } from './divided-foreground.ts';
import { drawCrop, type Crop } from './draw-crop.ts';
import { estimateCellSize } from './estimate-cell-size.ts';
import { exampleOfStep, type ExampleGroups } from './example-order.ts';
import { asExampleSource, type ExampleSource } from './example-source.ts';
import { exampleScale } from './example-scale.ts';
import { learningRateAt } from './learning-rate.ts';
import { positionOf, type TrainingPosition } from './position-of.ts';
import { requireChannels, type PreparedExample } from './prepare-example.ts';
import { PreparedExamples } from './prepared-examples.ts';
import { ResumableState } from './resumable-state.ts';
import { TrainStep, type StepOutcome } from './train-step.ts';
import type { TrainingExample } from './training-example.ts';
import { validateModel } from './validate-model.ts';

export interface TrainingOptions {
  /** Trained in place. */
  model: LacssModel;
  examples: readonly (TrainingExample | ExampleSource)[];
  /**
   * Examples learnt earlier, which are repeated so that the model does not forget them. `share` is the share
   * of the steps that repeat one. @default none
   */
  rehearsal?: { examples: readonly (TrainingExample | ExampleSource)[]; share: number };
  /** Name prefixes of weights that do not change. @default none */
  fixed?: readonly string[];
  /** Cell size of the model that is taught. @default measured in the examples */
  cellSize?: CellSize;
  /** Those with outlines determine the best epoch; may be empty. */
  validation: readonly (TrainingExample | ExampleSource)[];
  settings: TrainingSettings;
  /** Bytes of a checkpoint of a training run with the same examples, to resume it. */
  resume?: Uint8Array;
  control: JobControl;
  onStep?: (report: StepReport) => void;
  /**
   * A report as epoch 0, so that the curves start at once. It follows the first step of a new run and its
   * checkpoint. Training waits as for {@link onEpoch}. The random numbers of later steps stay the same.
   */
  onFirstLook?: (report: EpochReport) => void | Promise<void>;
  /** Training waits until this resolves, so the callback may use the model as it is after the epoch. */
  onEpoch?: (report: EpochReport) => void | Promise<void>;
  /**
   * Stores a checkpoint and replaces the earlier one. The first is saved after the first step, the last when
   * training stops or ends. Between them, saving takes at most 2 % of the time (see CheckpointSchedule).
   * Training goes on meanwhile; an error ends it. A resumed run repeats later steps and validations, with the
   * same results.
   */
  saveCheckpoint: (bytes: Uint8Array) => Promise<void>;
  /** Current time in ms. @default performance.now */
  now?: () => number;
}

/**
 * Trains a model on partly or fully annotated images. The same settings, examples and engine give the same
 * weights, in one run or resumed from any checkpoint. Only a time limit breaks this.
 *
 * @returns when a limit is reached. The model then has the weights of the epoch with the best AP50 on
 *   `validation`, or of the last step if nothing there is outlined.
 * @throws LacssError `cancelled` within one step of the signal, after the checkpoint is saved;
 *   `training-diverged`, naming the step and the loss term (the model is then unusable); `out-of-memory` if
 *   even the smallest crops do not fit, after the checkpoint is saved; `annotation-missing`,
 *   `image-size-mismatch`, `image-invalid`, `setting-invalid`; `file-damaged` or `model-invalid` for a bad
 *   checkpoint
 */
export async function trainModel(options: TrainingOptions): Promise<TrainingResult> {
  const settings = checkSettings(options.settings);
  const step = new TrainStep(options.model, settings, options.fixed);
  try {
    const training = new Training(options, settings, step);
    return await training.run().finally(() => training.settled());
  } finally {
    step.dispose();
  }
}

class Training {
  readonly #options: TrainingOptions;
  readonly #settings: TrainingSettings;
  readonly #step: TrainStep;
  readonly #state: ResumableState;
  readonly #checkpoints: CheckpointSchedule;
  readonly #examples: readonly ExampleSource[];
  readonly #groups: ExampleGroups;
  readonly #validation: readonly ExampleSource[];
  readonly #prepared: PreparedExamples;
  readonly #crops: AffordableCrops;
  #hasDivided = false;
  #hasLooked = false;

  constructor(options: TrainingOptions, settings: TrainingSettings, step: TrainStep) {
    this.#options = options;
    this.#settings = settings;
    this.#step = step;
    const { model, resume, now = () => performance.now() } = options;
    const learnt = options.examples.map(asExampleSource);
    if (learnt.length === 0) {
      throw new LacssError('annotation-missing', 'There is no training image.', {
        remedy: 'Annotate at least one image, or use fewer images for validation.',
      });
    }
    const checkpoint = resume === undefined ? null : decodeCheckpoint(resume);
    const cellSize =
      checkpoint?.header.cellSize ?? options.cellSize ?? estimateCellSize(learnt, settings.cellDiameterPx);
    const { rehearsal } = options;
    const examples = [...learnt, ...(rehearsal?.examples ?? []).map(asExampleSource)];
    this.#groups = {
      learnt: learnt.length,
      rehearsed: examples.length - learnt.length,
      rehearsalShare: rehearsal?.share ?? 0,
    };
    this.#state = new ResumableState(cellSize, now);
    if (checkpoint !== null) this.#state.restore(checkpoint, model, step);
    this.#checkpoints = new CheckpointSchedule(now);
    const { cellDiameterPx } = model.preset;
    for (const example of examples) requireChannels(example, model.inputChannels);
    const scales = examples.map((example) => exampleScale(example, cellSize, cellDiameterPx));
    this.#examples = examples;
    this.#validation = options.validation.map(asExampleSource);
    this.#prepared = new PreparedExamples(examples, scales, model.inputChannels);
    this.#crops = cropsFor(this.#prepared.largestPx, model, settings);
  }

  /** The training loop. TrainStep.run does forward pass, backward pass, clipping and update in one graph. */
  async run(): Promise<TrainingResult> {
    try {
      for (;;) {
        await this.#pause();
        if (this.#checkpoints.isDue) await this.#save();
        const { reached } = this.#position();
        if (this.#isEpochOver(reached)) {
          const validation = await this.#validate();
          await this.#endEpoch(validation, reached !== null);
        }
        if (reached !== null) return this.#finish(reached);
        await this.#lookFirst();

        const example = await this.#nextExample();
        const learningRate = this.#learningRate();
        const { crop, outcome } = await this.#crops.use(async (options) => {
          const crop = drawCrop(example, options, this.#random('crop', this.#state.steps));
          // forward, backward, clip, update
          const outcome = await this.#step.run(crop, learningRate, this.#trust());
          return { crop, outcome };
        });
        this.#record(crop, outcome, learningRate);
      }
    } catch (error) {
      throw await this.#afterSaving(error);
    }
  }

  /** Waits until nothing is written any more. */
  async settled(): Promise<void> {
    // The error that ended the training is the one to report.
    await this.#checkpoints.written().catch(() => undefined);
  }

  /** Lets other work of this process run. @throws LacssError `cancelled` */
  async #pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#options.control.signal.aborted) throw this.#stopped();
  }

  #position(): TrainingPosition {
    return positionOf(this.#settings, this.#state.steps, this.#state.elapsedMs);
  }

  #isEpochOver(reached: TrainingPosition['reached']): boolean {
    const { epochSteps } = this.#state;
    return epochSteps >= this.#settings.stepsPerEpoch || (reached !== null && epochSteps > 0);
  }

  /** Random numbers that depend only on the seed and `keys`, so a resumed run needs no other state. */
  #random(...keys: (string | number)[]): SeededRandom {
    return new SeededRandom(this.#settings.seed, ...keys);
  }

  #learningRate(): number {
    return learningRateAt(this.#settings, this.#state.steps, this.#position().fraction);
  }

  /**
   * How much the predicted foreground counts, with points only: from 0 to 1 between 15 and 30 % of the
   * training. Until then the masks shrink while they find their places, and would take the prediction along.
   */
  #trust(): number {
    return Math.min(1, Math.max(0, this.#position().fraction / 0.15 - 1));
  }

  /**
   * Draws every example once per round in random order. Late in training its foreground is partitioned among
   * its cells.
   */
  async #nextExample(): Promise<PreparedExample> {
    const index = exampleOfStep(this.#state.steps, this.#groups, (...keys) => this.#random(...keys));
    const example = itemAt(this.#examples, index);
    if (!example.divides || !this.#divides()) return this.#prepared.get(index);
    if (!this.#hasDivided) {
      this.#hasDivided = true;
      // The graphs of weak steps are never used again. They take as much memory as the new ones.
      this.#step.forgetGraphs();
    }
    const { supervision } = await withDividedForeground(example, this.#dividing(example.name));
    return { ...(await this.#prepared.get(index)), supervision };
  }

  /** Whether foregrounds are now learnt as one mask per cell. */
  #divides(): boolean {
    const { partitionAfter } = this.#settings;
    return partitionAfter < 1 && this.#position().fraction >= partitionAfter;
  }

  /** Progress and cancellation of the foreground partition. */
  #dividing(name: string): DividingControl {
    const { signal, onProgress } = this.#options.control;
    const onPercent = (percent: number): void => {
      const aside = `Dividing the foreground of ${name} among its cells, ${percent} %`;
      const { done, total } = this.#position();
      onProgress({ done, total, message: aside, aside });
    };
    return { signal, onPercent };
  }

  #record(crop: Crop, outcome: StepOutcome, learningRate: number): void {
    const { onStep, control } = this.#options;
    const { terms, gradientNorm, meanAreaPx } = outcome;
    const step = ++this.#state.steps;
    checkFinite(outcome, step, crop.example);
    this.#state.addStep(outcome);
    this.#checkpoints.progressed();
    const { epoch, elapsedMs } = this.#state;
    onStep?.({
      step,
      epoch,
      example: crop.example,
      cells: crop.locations.length / 2,
      terms,
      gradientNorm,
      learningRate,
      meanAreaPx,
      elapsedMs,
    });
    const { notice } = this.#crops.notice;
    const { done, total } = this.#position();
    control.onProgress({
      done,
      total,
      message:
        `Training, epoch ${epoch}, step ${step}, loss ${terms.total.toFixed(3)}` +
        (notice === undefined ? '' : `, ${notice}`),
      ...this.#crops.notice,
    });
  }

  async #validate(): Promise<ValidationReport | null> {
    const { model, control } = this.#options;
    const validation = this.#validation;
    if (validation.length === 0) return null;
    // If it is stopped, the epoch is not finished: it is validated after resuming.
    return this.#crops.use((crops) =>
      validateModel(model, this.#step, validation, {
        cellSize: this.#state.cellSize,
        crops,
        seed: this.#settings.seed,
        dividing: this.#divides() ? (name) => this.#dividing(name) : null,
        control,
      }),
    );
  }

  /**
   * @param isLast saves a checkpoint, so that a run killed before its model is saved need not repeat the
   *   epoch
   */
  async #endEpoch(validation: ValidationReport | null, isLast: boolean): Promise<void> {
    const { model, onEpoch } = this.#options;
    const report = this.#state.endEpoch(validation, this.#learningRate(), model);
    this.#checkpoints.progressed();
    if (isLast) await this.#saveAtEnd();
    else if (this.#checkpoints.isDue) await this.#save();
    await onEpoch?.(report);
  }

  /** Reports the first step of a new run. A resumed run may be killed often, so it goes on at once. */
  async #lookFirst(): Promise<void> {
    const { onFirstLook, resume } = this.#options;
    if (onFirstLook === undefined || resume !== undefined || this.#hasLooked || this.#state.steps !== 1)
      return;
    this.#hasLooked = true;
    const validation = await this.#validate();
    await onFirstLook(this.#state.firstLook(validation, this.#learningRate()));
  }

  /** Begins to save the checkpoint if there is unsaved progress. */
  async #save(): Promise<void> {
    if (!this.#state.isUnsaved) return;
    await this.#checkpoints.save(async () => {
      const bytes = this.#state.encode(this.#options.model, this.#step, this.#settings);
      if (bytes !== null) await this.#options.saveCheckpoint(bytes);
    });
    this.#state.isUnsaved = false;
  }

  /** Saves the checkpoint, and waits until it is written. */
  async #saveAtEnd(): Promise<void> {
    await this.#save();
    await this.#checkpoints.written();
  }

  /**
   * The error to throw. After a stop, and when memory runs out, the checkpoint is saved first. A stop may
   * come anywhere: while a crop's image is read, or in the middle of a validation. If a stop cannot be
   * saved, that error is thrown. Lack of memory is reported even if the checkpoint cannot be saved.
   */
  async #afterSaving(error: unknown): Promise<unknown> {
    if (hasCode(error, 'out-of-memory')) await this.#saveAtEnd().catch(() => undefined);
    if (!hasCode(error, 'cancelled')) return error;
    await this.#saveAtEnd();
    return this.#stopped();
  }

  #stopped(): LacssError {
    return new LacssError('cancelled', `Training was stopped after ${this.#state.steps} steps.`, {
      remedy: 'It can be resumed from here.',
    });
  }

  #finish(stoppedBy: 'steps' | 'minutes'): TrainingResult {
    const state = this.#state;
    state.restoreBest(this.#options.model);
    const { steps, epochs, cellSize, elapsedMs } = state;
    return { steps, stoppedBy, epochs, chosenEpoch: state.bestEpoch ?? epochs.length, cellSize, elapsedMs };
  }
}

function hasCode(error: unknown, code: LacssError['code']): boolean {
  return error instanceof LacssError && error.code === code;
}
