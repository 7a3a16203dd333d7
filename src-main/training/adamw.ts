import * as tf from '@tensorflow/tfjs-core';

/** Share of the past in the running means of the gradient and of its square: Adam's own. */
const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/** What AdamW remembers between steps. */
export interface AdamWState {
  steps: number;
  first: Float32Array;
  second: Float32Array;
}

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) over a list of variables, its memory in two flat vectors: one
 * operation serves all variables, and what is saved is two arrays.
 */
export class AdamW {
  readonly #variables: readonly tf.Variable[];
  readonly #decays: readonly boolean[];
  readonly #weightDecay: number;
  readonly #first: tf.Variable<tf.Rank.R1>;
  readonly #second: tf.Variable<tf.Rank.R1>;
  #steps = 0;

  constructor(variables: readonly tf.Variable[], weightDecay: number) {
    this.#variables = variables;
    this.#weightDecay = weightDecay;
    // Gains, offsets and biases are not shrunk: they have no scale that a norm would give back.
    this.#decays = variables.map((variable) => variable.rank > 1);
    const size = variables.reduce((sum, variable) => sum + variable.size, 0);
    [this.#first, this.#second] = [flatZeros(size), flatZeros(size)];
  }

  /**
   * All gradients one after the other, as `apply` takes them.
   * @param gradients by the variables' names, as tf.variableGrads gives them
   * @returns [size of all variables]
   */
  flatten(gradients: tf.NamedTensorMap): tf.Tensor1D {
    return tf.concat(
      this.#variables.map((variable) => tf.reshape<tf.Rank.R1>(gradients[variable.name]!, [-1])),
    );
  }

  /** Takes one step. @param gradient from `flatten` */
  apply(gradient: tf.Tensor1D, learningRate: tf.Scalar): void {
    this.#steps++;
    tf.tidy(() => {
      const first = mix(this.#first, gradient, FIRST_DECAY);
      const second = mix(this.#second, tf.square(gradient), SECOND_DECAY);
      // The means start at 0; these factors make up for it. Scalars made anew each step, so that graphs don't change.
      const firstScale = tf.scalar(1 / (1 - FIRST_DECAY ** this.#steps));
      const secondScale = tf.scalar(1 / (1 - SECOND_DECAY ** this.#steps));
      const direction = tf.div(
        tf.mul(first, firstScale),
        tf.add(tf.sqrt(tf.mul(second, secondScale)), EPSILON),
      );
      const update = tf.mul(direction, learningRate); // [size]
      const keep = tf.sub(1, tf.mul(learningRate, this.#weightDecay));
      this.#first.assign(first);
      this.#second.assign(second);
      let at = 0;
      this.#variables.forEach((variable, i) => {
        const own = tf.reshape(tf.slice(update, at, variable.size), variable.shape);
        at += variable.size;
        variable.assign(tf.sub(this.#decays[i] ? tf.mul(variable, keep) : variable, own));
      });
    });
  }

  save(): AdamWState {
    return {
      steps: this.#steps,
      first: Float32Array.from(this.#first.dataSync()),
      second: Float32Array.from(this.#second.dataSync()),
    };
  }

  /** @throws RangeError when the state belongs to other variables */
  restore({ steps, first, second }: AdamWState): void {
    for (const moments of [first, second]) {
      if (moments.length !== this.#first.size) {
        throw new RangeError(`Expected ${this.#first.size} moments, received ${moments.length}`);
      }
    }
    this.#steps = steps;
    tf.tidy(() => {
      this.#first.assign(tf.tensor1d(first));
      this.#second.assign(tf.tensor1d(second));
    });
  }

  dispose(): void {
    this.#first.dispose();
    this.#second.dispose();
  }
}

function flatZeros(size: number): tf.Variable<tf.Rank.R1> {
  return tf.tidy(() => tf.variable(tf.tensor1d(new Float32Array(size))));
}

function mix(mean: tf.Tensor1D, value: tf.Tensor1D, decay: number): tf.Tensor1D {
  return tf.add(tf.mul(mean, decay), tf.mul(value, 1 - decay));
}
