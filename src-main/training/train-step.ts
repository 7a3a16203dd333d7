import * as tf from '@tensorflow/tfjs-core';
import type { LossTerms, TrainingSettings } from '../contract/training.ts';
import { sumOfSquares } from '../engine/adamw-update.ts';
import { detectionLoss } from '../losses/detection-loss.ts';
import { edgeLoss } from '../losses/edge-loss.ts';
import { fullInstanceLoss } from '../losses/full-instance-loss.ts';
import { locationLoss } from '../losses/location-loss.ts';
import { countCells } from '../losses/patch-weights.ts';
import { sizeLoss, softAreas } from '../losses/size-loss.ts';
import { weakInstanceLoss } from '../losses/weak-instance-loss.ts';
import type { LacssModel } from '../model/create-model.ts';
import { AdamW, type AdamWState } from './adamw.ts';
import { cellBucket } from './cell-buckets.ts';
import type { Crop } from './draw-crop.ts';
import { locationTargets } from './location-targets.ts';
import { proposeLocations } from './propose-locations.ts';

/** What came of one step. */
export interface StepOutcome {
  terms: LossTerms;
  /** Length of the gradient of all weights before it was clipped. */
  gradientNorm: number;
  /** Mean area of a cell's soft mask in px; 0 without cells. */
  meanAreaPx: number;
}

/** What must be kept to go on exactly where a training stopped, besides the weights. */
export interface OptimizerState {
  network: AdamWState;
  auxnet: AdamWState;
}

/** Where locations that only fill a tensor up are put: near the corner, and never counted. */
const FILL_LOCATION = 0;

/**
 * One step of training: losses, gradients, update. Everything is recorded before anything is read, so that an engine that
 * compiles graphs runs a whole step as one.
 */
export class TrainStep {
  readonly #model: LacssModel;
  readonly #settings: TrainingSettings;
  readonly #network: AdamW;
  readonly #auxnet: AdamW;
  readonly #networkVariables: tf.Variable[] = [];
  readonly #auxnetVariables: tf.Variable[] = [];

  constructor(model: LacssModel, settings: TrainingSettings) {
    this.#model = model;
    this.#settings = settings;
    for (const [name, variable] of model.variables) {
      (name.startsWith('auxnet/') ? this.#auxnetVariables : this.#networkVariables).push(variable);
    }
    this.#network = new AdamW(this.#networkVariables, settings.weightDecay);
    // On its own, because it takes part only where there is an edge loss.
    this.#auxnet = new AdamW(this.#auxnetVariables, settings.weightDecay);
  }

  /** Learns from one crop. */
  async run(crop: Crop, learningRate: number): Promise<StepOutcome> {
    const usesAuxnet = crop.supervision === 'weak' && this.#settings.lossWeights.edge > 0;
    const packed = tf.tidy(() => {
      let numbers: tf.Tensor1D | null = null;
      const variables = usesAuxnet
        ? [...this.#networkVariables, ...this.#auxnetVariables]
        : this.#networkVariables;
      const { grads } = tf.variableGrads(() => {
        const losses = this.#losses(crop, usesAuxnet);
        // Kept, because variableGrads frees everything but the total.
        numbers = tf.keep(pack(losses));
        return losses.total;
      }, variables);

      const norm = tf.sqrt(sumOfSquares(variables.map((variable) => grads[variable.name]!)));
      const shorten: tf.Scalar = tf.minimum(tf.div(this.#settings.clipNorm, tf.add(norm, 1e-6)), 1);
      const rate = tf.scalar(learningRate);
      this.#network.apply(grads, rate, shorten);
      if (usesAuxnet) this.#auxnet.apply(grads, rate, shorten);
      const packed: tf.Tensor1D = tf.concat([numbers!, tf.reshape(norm, [1])]);
      tf.dispose(numbers!);
      return packed;
    });
    return unpack(packed, crop.supervision === 'weak', usesAuxnet);
  }

  /** The losses of a crop without learning from it; auxnet's is left out. */
  async measure(crop: Crop): Promise<LossTerms> {
    const packed = tf.tidy(() => pack(this.#losses(crop, false)));
    return (await unpack(packed, crop.supervision === 'weak', false)).terms;
  }

  save(): OptimizerState {
    return { network: this.#network.save(), auxnet: this.#auxnet.save() };
  }

  restore(state: OptimizerState): void {
    this.#network.restore(state.network);
    this.#auxnet.restore(state.auxnet);
  }

  dispose(): void {
    this.#network.dispose();
    this.#auxnet.dispose();
  }

  #losses(crop: Crop, usesAuxnet: boolean): StepLosses {
    const cells = crop.locations.length / 2;
    const n = cellBucket(cells);
    const image = tf.tensor4d(crop.image, [1, crop.size, crop.size, crop.channels]);
    const features = this.#model.features(image);

    const [h, w] = features.scoreLogits.shape;
    const targets = locationTargets(crop.locations, h, w, features.locationStride);
    const positives = tf.tensor2d(targets.positives, [h, w]);
    const detection = detectionLoss(features.scoreLogits, positives);
    const location = locationLoss(features.offsets, tf.tensor3d(targets.offsets, [h, w, 2]), positives);

    const filled = new Float32Array(2 * n).fill(FILL_LOCATION);
    filled.set(crop.locations);
    const annotated = tf.tensor2d(filled, [n, 2]);
    const validity = tf.tensor1d(Float32Array.from({ length: n }, (_, i) => (i < cells ? 1 : 0)));
    const locations = proposeLocations(features, annotated, validity, this.#settings.proposalRadiusPx);
    const patches = this.#model.segment(features, locations); // [N, p, p]
    const patchSize = patches.logits.shape[1];

    const side = crop.size / patches.maskStride;
    const mask = tf.tensor2d(crop.mask, [side, side]);
    const areas = softAreas(patches, validity, { height: side, width: side }); // [N] in mask px
    const meanArea: tf.Scalar = tf.mul(tf.div(tf.sum(areas), countCells(validity)), patches.maskStride ** 2);
    let instance: tf.Scalar;
    let size: tf.Scalar | null = null;
    let edge: tf.Scalar | null = null;
    if (crop.supervision === 'full') {
      const ids = new Float32Array(n);
      ids.set(crop.ids);
      instance = fullInstanceLoss(patches, mask, tf.tensor1d(ids), validity);
    } else {
      instance = weakInstanceLoss(patches, mask, validity);
      size = sizeLoss(areas, patchSize, validity);
      if (usesAuxnet) edge = edgeLoss(patches, this.#model.edges(image, features), validity);
    }

    const weights = this.#settings.lossWeights;
    let total: tf.Scalar = tf.mul(detection, weights.detection);
    total = tf.add(total, tf.mul(location, weights.location));
    total = tf.add(total, tf.mul(instance, weights.instance));
    if (size !== null) total = tf.add(total, tf.mul(size, weights.size));
    if (edge !== null) total = tf.add(total, tf.mul(edge, weights.edge));
    return { detection, location, instance, size, edge, total, meanArea };
  }
}

/** The scalars of one step; `null` where the crop has no such term. */
interface StepLosses {
  detection: tf.Scalar;
  location: tf.Scalar;
  instance: tf.Scalar;
  size: tf.Scalar | null;
  edge: tf.Scalar | null;
  total: tf.Scalar;
  meanArea: tf.Scalar;
}

/** All numbers of a step in one tensor, to be read at once. */
function pack(losses: StepLosses): tf.Tensor1D {
  const none = tf.scalar(0);
  const { detection, location, instance, size, edge, total, meanArea } = losses;
  return tf.stack([
    detection,
    location,
    instance,
    size ?? none,
    edge ?? none,
    total,
    meanArea,
  ]) as tf.Tensor1D;
}

async function unpack(packed: tf.Tensor1D, hasSize: boolean, hasEdge: boolean): Promise<StepOutcome> {
  const [detection, location, instance, size, edge, total, meanAreaPx, gradientNorm] = await packed.data();
  packed.dispose();
  return {
    terms: {
      detection: detection!,
      location: location!,
      instance: instance!,
      size: hasSize ? size! : null,
      edge: hasEdge ? edge! : null,
      total: total!,
    },
    gradientNorm: gradientNorm ?? 0,
    meanAreaPx: meanAreaPx!,
  };
}
