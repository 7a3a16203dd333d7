import * as tf from '@tensorflow/tfjs-core';
import { itemAt } from '../contract/elements.ts';
import { inPart } from '../engine/common/network-parts.ts';
import { adamWUpdate, type AdamWConstants, type AdamWScalars } from '../engine/operations/adamw-update.ts';

/** Decay rates of the running means of the gradient and of its square: Adam's defaults. */
const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/** The state AdamW keeps between steps: the means of all variables, concatenated. */
export interface AdamWState {
  steps: number;
  first: Float32Array;
  second: Float32Array;
}

/** The scalars that depend on the number of steps. */
export type AdamWScales = Pick<AdamWScalars, 'firstScale' | 'secondScale'>;

/** The gradient of a variable. @throws TypeError if none was computed */
export function gradientOf(gradients: tf.NamedTensorMap, { name }: tf.Variable): tf.Tensor {
  const gradient = gradients[name];
  if (gradient === undefined) throw new TypeError(`Expected a gradient of ${name}, received none`);
  return gradient;
}

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) over a list of variables, all updated in one
 * operation.
 */
export class AdamW {
  readonly #variables: readonly tf.Variable[];
  readonly #constants: AdamWConstants;
  readonly #first: readonly tf.Variable[];
  readonly #second: readonly tf.Variable[];
  #steps = 0;

  constructor(variables: readonly tf.Variable[], weightDecay: number) {
    this.#variables = variables;
    this.#constants = {
      firstDecay: FIRST_DECAY,
      secondDecay: SECOND_DECAY,
      epsilon: EPSILON,
      weightDecay,
      // No decay for gains, offsets and biases: no norm would restore their scale.
      decays: variables.map((variable) => (variable.rank > 1 ? 1 : 0)),
    };
    this.#first = variables.map(zerosLike);
    this.#second = variables.map(zerosLike);
  }

  /** The running means: `apply` updates them together with the weights. */
  get moments(): tf.Variable[] {
    return [...this.#first, ...this.#second];
  }

  /**
   * Bias corrections for the next step, 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). They are new tensors, because they
   * change from step to step, but the operations of `apply` do not.
   */
  nextScales(): AdamWScales {
    const t = this.#steps + 1;
    return {
      firstScale: tf.scalar(1 / (1 - FIRST_DECAY ** t)),
      secondScale: tf.scalar(1 / (1 - SECOND_DECAY ** t)),
    };
  }

  /**
   * Takes one step. Call `stepped` when it is done.
   * @param gradients by variable name, from tf.variableGrads
   * @param scalars from nextScales; `gradientScale` is the clipping factor of the gradient, 1 for no clipping
   */
  apply(gradients: tf.NamedTensorMap, scalars: AdamWScalars): void {
    tf.tidy(() => {
      const updated = inPart('optimizer', () =>
        adamWUpdate(
          { weights: this.#variables, first: this.#first, second: this.#second },
          this.#variables.map((variable) => gradientOf(gradients, variable)),
          scalars,
          this.#constants,
        ),
      );
      this.#variables.forEach((variable, i) => {
        variable.assign(itemAt(updated.weights, i));
        itemAt(this.#first, i).assign(itemAt(updated.first, i));
        itemAt(this.#second, i).assign(itemAt(updated.second, i));
      });
    });
  }

  /** Counts a completed step. */
  stepped(): void {
    this.#steps++;
  }

  save(): AdamWState {
    return { steps: this.#steps, first: joined(this.#first), second: joined(this.#second) };
  }

  /** @throws RangeError if the state belongs to other variables */
  restore({ steps, first, second }: AdamWState): void {
    const size = this.#variables.reduce((sum, variable) => sum + variable.size, 0);
    for (const moments of [first, second]) {
      if (moments.length !== size) {
        throw new RangeError(`Expected ${size} moments, received ${moments.length}`);
      }
    }
    this.#steps = steps;
    assignParts(this.#first, first);
    assignParts(this.#second, second);
  }

  dispose(): void {
    tf.dispose([...this.#first, ...this.#second]);
  }
}

function zerosLike(variable: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(new Float32Array(variable.size), variable.shape)));
}

/** All numbers concatenated. */
function joined(variables: readonly tf.Variable[]): Float32Array {
  const all = new Float32Array(variables.reduce((sum, variable) => sum + variable.size, 0));
  let at = 0;
  for (const variable of variables) {
    all.set(variable.dataSync(), at);
    at += variable.size;
  }
  return all;
}

function assignParts(variables: readonly tf.Variable[], all: Float32Array): void {
  let at = 0;
  for (const variable of variables) {
    tf.tidy(() => variable.assign(tf.tensor(all.slice(at, at + variable.size), variable.shape)));
    at += variable.size;
  }
}
