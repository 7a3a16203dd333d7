import * as tf from '@tensorflow/tfjs-core';
import { numberAt } from '../contract/elements.ts';
import type { LossTerms, TrainingSettings } from '../contract/training.ts';
import { sumOfSquares } from '../engine/operations/adamw-update.ts';
import { Replayed } from '../engine/replayed.ts';
import type { LacssModel } from '../model/create-model.ts';
import { AdamW, gradientOf, type AdamWState } from './adamw.ts';
import { cropTensors, type CropTensors, type ReviewedTensors } from './crop-tensors.ts';
import type { Crop } from './draw-crop.ts';
import { packLosses, readLosses, stepLosses, type LossKind } from './step-losses.ts';

/** The results of one step. */
export interface StepOutcome {
  terms: LossTerms;
  /** Norm of the gradient over all weights, before clipping. */
  gradientNorm: number;
  /** Mean area of a cell's soft mask in px; 0 without cells. */
  meanAreaPx: number;
}

/** The optimizer state that a checkpoint stores. */
export interface OptimizerState {
  network: AdamWState;
  auxnet: AdamWState;
}

/** All tensors that change from step to step. */
type StepTensors = CropTensors &
  Partial<ReviewedTensors> & {
    learningRate: tf.Scalar;
    /** How much the predicted foreground counts, with points only. */
    trust: tf.Scalar;
    networkFirst: tf.Scalar;
    networkSecond: tf.Scalar;
    auxnetFirst: tf.Scalar;
    auxnetSecond: tf.Scalar;
  };

/**
 * One training step: losses, gradients, update. It reads no values until the whole step is recorded. An
 * engine that compiles graphs therefore runs a step as one graph and repeats it without recording.
 */
export class TrainStep {
  readonly #model: LacssModel;
  readonly #settings: TrainingSettings;
  readonly #network: AdamW;
  readonly #auxnet: AdamW;
  readonly #networkVariables: tf.Variable[] = [];
  readonly #auxnetVariables: tf.Variable[] = [];
  readonly #replayed: Replayed;

  /** @param fixed name prefixes of weights that do not change */
  constructor(model: LacssModel, settings: TrainingSettings, fixed: readonly string[] = []) {
    this.#model = model;
    this.#settings = settings;
    for (const [name, variable] of model.variables) {
      if (fixed.some((beginning) => name.startsWith(beginning))) continue;
      (name.startsWith('auxnet/') ? this.#auxnetVariables : this.#networkVariables).push(variable);
    }
    this.#network = new AdamW(this.#networkVariables, settings.weightDecay);
    // Auxnet has its own optimizer because only steps with an edge loss train it.
    this.#auxnet = new AdamW(this.#auxnetVariables, settings.weightDecay);
    this.#replayed = new Replayed([
      ...model.variables.values(),
      ...this.#network.moments,
      ...this.#auxnet.moments,
    ]);
  }

  /**
   * Learns from one crop.
   * @param trust how much the predicted foreground counts, with points only, 0 … 1
   */
  async run(crop: Crop, learningRate: number, trust = 1): Promise<StepOutcome> {
    const { supervision } = crop;
    const usesAuxnet =
      supervision === 'points' || (supervision === 'weak' && this.#settings.lossWeights.edge > 0);
    const kind = { supervision, usesAuxnet };
    const network = this.#network.nextScales();
    const auxnet = this.#auxnet.nextScales();
    const tensors: StepTensors = {
      ...cropTensors(crop, this.#model.preset),
      learningRate: tf.scalar(learningRate),
      trust: tf.scalar(trust),
      networkFirst: network.firstScale,
      networkSecond: network.secondScale,
      auxnetFirst: auxnet.firstScale,
      auxnetSecond: auxnet.secondScale,
    };
    try {
      const packed = this.#replayed.run(`learn ${supervision} ${usesAuxnet}`, tensors, (given) =>
        this.#learn(given, kind),
      );
      const { terms, meanAreaPx, rest } = await readLosses(packed, kind);
      this.#network.stepped();
      if (usesAuxnet) this.#auxnet.stepped();
      return { terms, meanAreaPx, gradientNorm: numberAt(rest, 0) };
    } finally {
      tf.dispose(tensors);
    }
  }

  /** @returns the losses and the gradient norm in one tensor [9] */
  #learn(tensors: StepTensors, kind: LossKind): tf.Tensor1D {
    const variables = kind.usesAuxnet
      ? [...this.#networkVariables, ...this.#auxnetVariables]
      : this.#networkVariables;

    // Forward, then backward.
    let numbers: tf.Tensor1D | null = null;
    const { grads } = tf.variableGrads(() => {
      const losses = stepLosses(this.#model, tensors, kind, this.#settings);
      // Kept, because variableGrads frees everything except the total.
      numbers = tf.keep(packLosses(losses));
      return losses.total;
    }, variables);

    // Clip.
    const norm = tf.sqrt(sumOfSquares(variables.map((variable) => gradientOf(grads, variable))));
    const gradientScale: tf.Scalar = tf.minimum(tf.div(this.#settings.clipNorm, tf.add(norm, 1e-6)), 1);

    // Update.
    const { learningRate, networkFirst, networkSecond, auxnetFirst, auxnetSecond } = tensors;
    const common = { learningRate, gradientScale };
    this.#network.apply(grads, { ...common, firstScale: networkFirst, secondScale: networkSecond });
    if (kind.usesAuxnet) {
      this.#auxnet.apply(grads, { ...common, firstScale: auxnetFirst, secondScale: auxnetSecond });
    }
    const packed: tf.Tensor1D = tf.concat([numbers!, tf.reshape(norm, [1])]);
    tf.dispose(numbers!);
    return packed;
  }

  /** Computes the losses of a crop without learning from it, and without the edge loss. */
  async measure(crop: Crop): Promise<LossTerms> {
    const kind = { supervision: crop.supervision, usesAuxnet: false };
    const tensors = cropTensors(crop, this.#model.preset);
    try {
      const packed = this.#replayed.run(`measure ${crop.supervision}`, tensors, (given) =>
        packLosses(stepLosses(this.#model, given, kind, this.#settings)),
      );
      return (await readLosses(packed, kind)).terms;
    } finally {
      tf.dispose(tensors);
    }
  }

  save(): OptimizerState {
    return { network: this.#network.save(), auxnet: this.#auxnet.save() };
  }

  restore(state: OptimizerState): void {
    this.#network.restore(state.network);
    this.#auxnet.restore(state.auxnet);
  }

  /** Frees the graphs of earlier steps. Call it before steps of another kind. */
  forgetGraphs(): void {
    this.#replayed.forget();
  }

  dispose(): void {
    this.#replayed.forget();
    this.#network.dispose();
    this.#auxnet.dispose();
  }
}
